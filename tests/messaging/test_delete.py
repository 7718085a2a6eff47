from functools import partial

import pytest

from accounts.models import User
from messaging.models import Mention, Message, Reaction
from messaging.services.changing import delete_message, edit_message
from messaging.services.reacting import add_reaction, remove_reaction
from rooms.models import Room
from rooms.services.members import add_member
from rooms.services.rooms import archive_room, open_direct_room
from tests.accounts.racing import at_once, refusals
from tests.clients import Api, refusal
from tests.conftest import Published
from tests.factories import make_room, make_user, say
from tests.order import assert_no_holes, nothing_happens, told


def test_an_author_leaves_a_tombstone(bob: User, general: Room, published: Published) -> None:
    first = say(bob, general, "secret")
    answer = Api(bob).delete(f"/messages/{first.id}")
    assert answer.status_code == 200
    tomb = answer.json()
    assert tomb.items() >= {
        "id": first.id, "seq": first.seq, "rev": first.rev + 1, "text": "", "reactions": [],
        "mentions": {"user_ids": [], "room": False}, "author_id": str(bob.pk),
    }.items()  # fmt: skip
    assert tomb["deleted_at"] is not None
    expected = {"type": "message.deleted", "room_id": str(general.pk), "rev": first.rev + 1, "message": tomb}
    assert told(published)[-1] == expected
    assert_no_holes(published, general)


def test_the_text_is_gone_from_every_answer(alice: User, bob: User, general: Room) -> None:
    first = say(bob, general, "secret @alice")
    say(alice, general, "quoting", reply_to=int(first.id))
    edit_message(actor=bob, message_id=int(first.id), text="secret 2 @alice")
    add_reaction(actor=alice, message_id=int(first.id), emoji="👍")
    delete_message(actor=bob, message_id=int(first.id))
    api, room = Api(alice), f"/rooms/{general.pk}"
    answers = [
        api.get(f"/messages/{first.id}"),
        api.get(f"{room}/messages"),
        api.get(f"{room}/messages", {"limit": 1}),
        api.get(f"{room}/messages", {"around": first.seq}),
        api.get(f"{room}/changes", {"after": 1, "epoch": general.epoch}),
        api.get(f"{room}/changes", {"after": 1, "epoch": "other"}),
        api.get("/rooms"),
    ]
    assert all(b"secret" not in answer.content and "👍" not in answer.content.decode() for answer in answers)
    row = Message.objects.get(pk=first.id)
    assert (row.text, row.mentions, row.reactions) == ("", "", "")
    assert not Reaction.objects.exists()
    assert not Mention.objects.exists()


def test_deleting_twice_is_fine(bob: User, general: Room, published: Published) -> None:
    first = say(bob, general)
    once = delete_message(actor=bob, message_id=int(first.id))
    with nothing_happens(published):
        assert Api(bob).delete(f"/messages/{first.id}").json()["rev"] == once.rev


def test_a_member_deletes_only_their_own(alice: User, bob: User, general: Room, published: Published) -> None:
    first = say(alice, general)
    with nothing_happens(published):
        assert refusal(Api(bob).delete(f"/messages/{first.id}")) == (403, "room.not_moderator")


def test_a_moderator_deletes_everybodys(alice: User, bob: User, mod: User, general: Room) -> None:
    add_member(actor=alice, room_id=general.pk, user_id=mod.pk)
    for author in (alice, bob):
        assert Api(mod).delete(f"/messages/{say(author, general).id}").status_code == 200


def test_in_a_direct_room_nobody_deletes_the_others(alice: User, bob: User, admin: User, published: Published) -> None:
    room = open_direct_room(actor=admin, user_ids=[bob.pk])[0].room
    first = say(bob, room)
    with nothing_happens(published):
        assert refusal(Api(admin).delete(f"/messages/{first.id}")) == (403, "room.is_direct")
    assert Api(bob).delete(f"/messages/{first.id}").status_code == 200


def test_an_outsider_deletes_nothing(bob: User, carol: User, admin: User, general: Room, published: Published) -> None:
    first = say(bob, general)
    with nothing_happens(published):
        for person in (carol, admin):
            assert refusal(Api(person).delete(f"/messages/{first.id}")) == (404, "not_found")
    assert Message.objects.get(pk=first.id).text == "hello"


def test_in_an_archived_room_only_moderators_delete(
    alice: User, bob: User, general: Room, published: Published
) -> None:
    first = say(bob, general)
    archive_room(actor=alice, room_id=general.pk, archived=True)
    with nothing_happens(published):
        assert refusal(Api(bob).delete(f"/messages/{first.id}")) == (403, "room.archived")
    assert Api(alice).delete(f"/messages/{first.id}").status_code == 200


@pytest.mark.parametrize("message_id", ["1234567890", "0", "x"])
def test_a_message_that_never_was(bob: User, general: Room, message_id: str) -> None:
    assert refusal(Api(bob).delete(f"/messages/{message_id}")) == (404, "not_found")


def test_the_last_message_stays_the_last_place(bob: User, general: Room) -> None:
    first = say(bob, general)
    delete_message(actor=bob, message_id=int(first.id))
    general.refresh_from_db()
    assert general.last_seq == first.seq


def test_an_edit_or_reaction_at_the_same_time_never_brings_it_back(published: Published) -> None:
    alice = make_user("alice")
    room = make_room(alice)
    for number in range(5):
        first = int(say(alice, room).id)
        at_once(
            [
                partial(delete_message, actor=alice, message_id=first),
                partial(edit_message, actor=alice, message_id=first, text=f"text {number}"),
                partial(add_reaction, actor=alice, message_id=first, emoji="👍"),
                partial(remove_reaction, actor=alice, message_id=first, emoji="👍"),
            ]
        )
        row = Message.objects.get(pk=first)
        assert row.deleted_at is not None
        assert (row.text, row.reactions) == ("", "")
    assert not Reaction.objects.exists()
    assert_no_holes(published, room)


def test_eight_times_at_once_is_one_deletion(published: Published) -> None:
    alice = make_user("alice")
    room = make_room(alice)
    first = say(alice, room)
    room.refresh_from_db()
    results = at_once([partial(delete_message, actor=alice, message_id=int(first.id))] * 8)
    assert refusals(results) == []
    assert published.types.count("message.deleted") == 1
    assert_no_holes(published, room)
