"""Rooms that keep messages for some days only: the older ones go for good, and every client learns it."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command

from accounts.models import User
from config.purging import forget_old_messages
from core import clock
from core.errors import Conflict
from messaging.models import Kept, Mention, Message, Reaction
from messaging.services import retention
from messaging.services.changing import edit_message
from messaging.services.history import changes_since
from messaging.services.reacting import add_reaction
from messaging.services.retention import purge_room
from messaging.services.sending import Sent
from messaging.services.sending_together import Wish, send_together
from rooms.models import Room
from rooms.services.members import change_role
from rooms.services.rooms import update_room
from tests.clients import Api, refusal, wrong_fields
from tests.conftest import Published
from tests.factories import make_room, say
from tests.order import nothing_happens, told

pytestmark = pytest.mark.django_db(transaction=True)
KEY = "7f0d5c8e-2f43-4d0e-9a3b-0c6a5d1e2b10"


def _age(room: Room, days: float, *message_ids: str) -> None:
    at = clock.now() - timedelta(days=days)
    Message.objects.filter(room=room, pk__in=message_ids).update(created_at=at)


@pytest.fixture
def kept_for_a_week(alice: User, bob: User, general: Room) -> Room:
    """A room that keeps messages for seven days, with two older and two newer ones."""
    old = [say(bob, general, "old @alice"), say(bob, general, "also old")]
    add_reaction(actor=alice, message_id=int(old[0].id), emoji="👍")
    edit_message(actor=bob, message_id=int(old[1].id), text="old, changed")
    new = say(bob, general, "newer", reply_to=int(old[0].id))
    say(alice, general, "new")
    _age(general, 7.1, *(message.id for message in old))
    _age(general, 6.9, new.id)
    return update_room(actor=alice, room_id=general.pk, retention_days=7)


def test_what_is_older_goes_with_all_that_hung_on_it(bob: User, kept_for_a_week: Room) -> None:
    asked: list[int] = []
    assert purge_room(kept_for_a_week.pk, asked.extend) == 2
    assert [message.text for message in Message.objects.order_by("seq")] == ["newer", "new"]
    assert not (Mention.objects.exists() or Reaction.objects.exists() or Kept.objects.exists())
    assert len(asked) == 2
    page = Api(bob).get(f"/rooms/{kept_for_a_week.pk}/messages").json()
    assert ([message["text"] for message in page["messages"]], page["has_before"]) == (["newer", "new"], False)


def test_everybody_learns_it_from_the_room_with_one_rev(kept_for_a_week: Room, published: Published) -> None:
    before = Room.objects.get(pk=kept_for_a_week.pk)
    assert forget_old_messages() == 2
    (event,) = told(published)
    assert (event["type"], event["rev"]) == ("room.updated", before.rev + 1)
    first = Message.objects.order_by("seq")[0]
    assert before.rev > event["room"]["history_from"] <= first.seq
    missed = changes_since(before.pk, before.rev)
    assert missed.room is not None and missed.room.history_from == event["room"]["history_from"]


def test_again_there_is_nothing_to_do_and_nobody_hears(kept_for_a_week: Room, published: Published) -> None:
    forget_old_messages()
    with nothing_happens(published):
        assert forget_old_messages() == 0


def test_it_goes_slice_by_slice(kept_for_a_week: Room, published: Published, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "SLICE", 1)
    assert forget_old_messages() == 2
    assert published.types == ["room.updated", "room.updated"]


def test_interrupted_between_files_and_rows_it_begins_with_the_same_ones(kept_for_a_week: Room) -> None:
    asked: list[int] = []

    def fail(ids: Any) -> None:
        asked.extend(ids)
        raise RuntimeError("killed")

    with pytest.raises(RuntimeError):
        purge_room(kept_for_a_week.pk, fail)
    assert Message.objects.count() == 4
    again: list[int] = []
    assert purge_room(kept_for_a_week.pk, again.extend) == 2
    assert asked == again


def test_rooms_that_keep_for_ever_lose_nothing(bob: User, general: Room) -> None:
    _age(general, 4_000, say(bob, general).id)
    assert forget_old_messages() == 0
    call_command("apply_retention")
    assert Message.objects.count() == 1


def test_only_owners_say_for_how_long(alice: User, bob: User, carol: User, general: Room, published: Published) -> None:
    change_role(actor=alice, room_id=general.pk, user_id=bob.pk, role="moderator")
    path, body = f"/rooms/{general.pk}", {"retention_days": 30}
    published.clear()
    with nothing_happens(published):
        assert refusal(Api(bob).patch(path, body)) == (403, "room.not_owner")
        assert refusal(Api(carol).patch(path, body)) == (404, "not_found")
    assert Api(bob).patch(path, {"retention_days": 0, "topic": "x"}).status_code == 200
    assert Api(alice).patch(path, body).json()["retention_days"] == 30


@pytest.mark.parametrize("days", [-1, 3_651, 1.5, "7", None])
def test_what_is_no_number_of_days_is_refused(days: Any, alice: User) -> None:
    room = make_room(alice)
    assert wrong_fields(Api(alice).patch(f"/rooms/{room.pk}", {"retention_days": days})) == {"retention_days"}


def test_a_retry_that_comes_after_the_message_has_gone_does_not_send_it_again(
    alice: User, bob: User, general: Room, published: Published
) -> None:
    first = say(bob, general, "once", client_id=KEY)
    _age(general, 8, first.id)
    update_room(actor=alice, room_id=general.pk, retention_days=7)
    body = {"client_id": KEY.upper(), "text": "once"}
    assert Api(bob).post(f"/rooms/{general.pk}/messages", body).json()["id"] == first.id
    assert forget_old_messages() == 1
    with nothing_happens(published):
        assert refusal(Api(bob).post(f"/rooms/{general.pk}/messages", body)) == (409, "message.purged")
    update_room(actor=alice, room_id=general.pk, retention_days=0)  # it has not come back by that
    with nothing_happens(published):
        assert refusal(Api(bob).post(f"/rooms/{general.pk}/messages", body)) == (409, "message.purged")
    assert Api(alice).post(f"/rooms/{general.pk}/messages", body).status_code == 201  # her own key


def test_a_key_that_was_used_elsewhere_again_hinders_no_purge(alice: User, bob: User, general: Room) -> None:
    other = make_room(alice, bob)
    for room in (general, other):
        sent = say(bob, room, "once", client_id=KEY)
        _age(room, 8, sent.id)
        update_room(actor=alice, room_id=room.pk, retention_days=7)
        assert forget_old_messages() == 1


def test_together_with_others_it_is_the_only_one_refused(alice: User, bob: User, general: Room) -> None:
    sent = say(bob, general, "once", client_id=KEY)
    _age(general, 8, sent.id)
    update_room(actor=alice, room_id=general.pk, retention_days=7)
    forget_old_messages()
    fresh = Wish(alice, general.pk, KEY[:-1] + "1", "new")
    late, new = send_together([Wish(bob, general.pk, KEY, "once"), fresh])
    assert isinstance(late, Conflict) and late.code == "message.purged"
    assert isinstance(new, Sent) and new.created
