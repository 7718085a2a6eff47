"""Files of somebody who takes their data along, or goes; and of rooms that keep messages for some days only."""

import io
import zipfile
from datetime import timedelta

import pytest

from accounts.models import User
from config.purging import forget_old_messages
from core import clock
from core.storage.chosen import store
from core.storage.names import new_key
from messaging.models import Attachment, Message, Purpose, State
from moderation.models import HeldMessage, Rule
from moderation.services.rules import keep_rule
from privacy.models import Export
from privacy.services.deleting import delete_account
from rooms.models import Room
from rooms.services.rooms import update_room
from tests.clients import Api, refusal
from tests.factories import say
from tests.jobs import Jobs

pytestmark = pytest.mark.django_db(transaction=True)


def _file(owner: User, room: Room, name: str = "notes.txt", purpose: str = Purpose.MESSAGE) -> Attachment:
    key = new_key("files")
    store().write(key, [b"what I wrote"], "text/plain")
    return Attachment.objects.create(
        owner=owner,
        purpose=purpose,
        state=State.READY,
        key=key,
        name=name,
        media_type="text/plain",
        size=12,
        room_id=room.pk if purpose == Purpose.MESSAGE else 0,
    )


def test_the_copy_holds_ones_files(bob: User, general: Room, jobs: Jobs) -> None:
    file = _file(bob, general)
    say(bob, general, "see this", file_ids=[file.pk])
    Api(bob).post("/me/export")
    jobs.run()
    content = b"".join(store().open(Export.objects.get().key))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.read("files/000001-notes.txt") == b"what I wrote"


@pytest.mark.parametrize("fate", ["keep", "delete"])
def test_files_go_with_their_messages_and_pictures_of_oneself_always(
    fate: str, bob: User, general: Room, jobs: Jobs
) -> None:
    sent, unsent, avatar = _file(bob, general), _file(bob, general), _file(bob, general, purpose=Purpose.AVATAR)
    say(bob, general, "see this", file_ids=[sent.pk])
    delete_account(actor_id=0, user=bob, messages=fate)
    jobs.run()
    there = [store().stat(file.key) is not None for file in (sent, unsent, avatar)]
    assert there == [fate == "keep", False, False]
    assert Message.objects.get().files == ("" if fate == "delete" else Message.objects.get().files)
    assert User.objects.get(pk=bob.pk).avatar == ""


def test_files_go_when_their_room_no_longer_keeps_the_message(alice: User, bob: User, general: Room) -> None:
    file = _file(bob, general)
    said = say(bob, general, "old", file_ids=[file.pk])
    Message.objects.filter(pk=said.id).update(created_at=clock.now() - timedelta(days=8))
    update_room(actor=alice, room_id=general.pk, retention_days=7)
    assert forget_old_messages() == 1
    assert store().stat(file.key) is None
    assert not Attachment.objects.exists()


def test_a_held_message_keeps_its_files_until_it_is_released(alice: User, bob: User, mod: User, general: Room) -> None:
    rule = Rule(name="Look", kind="words", parameters='{"words": ["maybe"]}', action="hold", enabled=True)
    keep_rule(actor=mod, rule=rule)
    file = _file(bob, general)
    key = "7f0d5c8e-2f43-4d0e-9a3b-0c6a5d1e2b10"
    body = {"client_id": key, "text": "maybe", "files": [str(file.pk)]}
    assert refusal(Api(bob).post(f"/rooms/{general.pk}/messages", body)) == (403, "message.held")
    held = HeldMessage.objects.get()
    assert Api(alice).put(f"/held/{held.pk}", {"decision": "release"}).status_code == 204
    page = Api(alice).get(f"/rooms/{general.pk}/messages").json()
    assert [one["id"] for one in page["messages"][0]["files"]] == [str(file.pk)]
    assert Api(bob).post(f"/rooms/{general.pk}/messages", body).status_code == 200
