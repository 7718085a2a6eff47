"""Deleted is not gone for 30 days: moderators see and restore it, then it is purged with its files."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from accounts.models import User
from core.audit import Action
from core.errors import Conflict, Forbidden
from messaging.models import Kept, Mention, Message, Reaction
from messaging.services.changing import delete_message, edit_message
from messaging.services.history import changes_since
from messaging.services.moderating import remove_message, restore_message
from messaging.services.reacting import add_reaction
from messaging.services.vault import purge
from moderation.models import Sanction
from moderation.services.hiding import hide_messages, hide_what_is_due, show_what_is_due
from moderation.services.lifting import lift
from rooms.models import Room
from tests.clients import Api, refusal
from tests.conftest import Published
from tests.factories import make_room, say
from tests.jobs import Jobs
from tests.moderation.deciding import NOW, entries, sanction
from tests.order import assert_no_holes, everything, nothing_happens, told

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clock")]


def _without_numbers(rows: list[Any]) -> list[Any]:
    left = {"id", "rev", "text_rev", "created_at", "changed_at"}
    return [[{name: value for name, value in row.items() if name not in left} for row in table] for table in rows]


def test_what_is_restored_is_as_if_nothing_had_happened(
    alice: User, bob: User, general: Room, published: Published
) -> None:
    said = say(bob, general, "look @alice https://example.org")
    add_reaction(actor=alice, message_id=int(said.id), emoji="👍")
    add_reaction(actor=bob, message_id=int(said.id), emoji="👍")
    before = everything()
    delete_message(actor=alice, message_id=int(said.id))
    assert not Mention.objects.exists()
    assert not Reaction.objects.exists()
    restored = restore_message(actor=alice, message_id=int(said.id))
    assert (restored.text, restored.seq) == (said.text, said.seq)
    assert restored.rev > said.rev
    assert _without_numbers(everything()[2:]) == _without_numbers(before[2:])
    assert told(published)[-1]["type"] == "message.updated"
    assert told(published)[-1]["message"]["text"] == said.text
    assert [row.text for row in changes_since(general.pk, restored.rev - 1).messages] == [said.text]
    assert_no_holes(published, general)
    (entry,) = entries(Action.MESSAGE_RESTORED)
    assert (entry.actor_id, entry.target_id, entry.subject_id) == (alice.pk, int(said.id), bob.pk)


def test_twice_is_fine(alice: User, bob: User, general: Room, published: Published) -> None:
    said = say(bob, general)
    delete_message(actor=alice, message_id=int(said.id))
    restore_message(actor=alice, message_id=int(said.id))
    with nothing_happens(published):
        restore_message(actor=alice, message_id=int(said.id))
    delete_message(actor=alice, message_id=int(said.id))
    assert restore_message(actor=alice, message_id=int(said.id)).text == said.text


def test_what_its_author_deleted_stays_deleted(alice: User, bob: User, general: Room, published: Published) -> None:
    said = say(bob, general)
    delete_message(actor=bob, message_id=int(said.id))
    with nothing_happens(published), pytest.raises(Conflict, match=r"message\.withdrawn"):
        restore_message(actor=alice, message_id=int(said.id))


def test_members_and_outsiders_restore_and_see_nothing(
    alice: User, bob: User, carol: User, general: Room, published: Published
) -> None:
    said = say(bob, general, "the old words")
    edit_message(actor=bob, message_id=int(said.id), text="the new words")
    delete_message(actor=alice, message_id=int(said.id))
    path = f"/messages/{said.id}/tombstone"
    with nothing_happens(published):
        for person, refused in ((bob, (403, "room.not_moderator")), (carol, (404, "not_found"))):
            assert refusal(Api(person).get(path)) == refusal(Api(person).delete(path)) == refused
    seen = Api(alice).get(path).json()["results"]
    assert [(one["text"], one["deleted"]) for one in seen] == [("the old words", False), ("the new words", True)]
    for person in (alice, bob):
        page = Api(person).get(f"/rooms/{general.pk}/messages").content.decode()
        assert "words" not in page


def test_after_30_days_it_is_gone_with_its_files(
    alice: User, bob: User, general: Room, clock: time_machine.Traveller
) -> None:
    said, edited = say(bob, general), say(bob, general)
    edit_message(actor=bob, message_id=int(edited.id), text="changed")
    delete_message(actor=alice, message_id=int(said.id))
    purged: list[int] = []
    clock.move_to(NOW + timedelta(days=30))
    purge(purged.extend)
    assert (purged, Kept.objects.count()) == ([], 2)
    clock.move_to(NOW + timedelta(days=30, seconds=1))
    purge(purged.extend)
    assert (purged, Kept.objects.count()) == ([int(said.id)], 0)
    with pytest.raises(Conflict, match=r"message\.purged"):
        restore_message(actor=alice, message_id=int(said.id))


def test_files_that_could_not_be_removed_are_tried_again(
    alice: User, bob: User, general: Room, clock: time_machine.Traveller
) -> None:
    said = say(bob, general)
    delete_message(actor=alice, message_id=int(said.id))
    clock.move_to(NOW + timedelta(days=31))

    def broken(ids: object) -> None:
        raise OSError

    with pytest.raises(OSError):
        purge(broken)
    purged: list[int] = []
    purge(purged.extend)
    assert purged == [int(said.id)]


def test_a_ban_hides_the_last_days_and_taking_it_back_shows_them(
    mod: User, alice: User, bob: User, general: Room, published: Published, jobs: Jobs, clock: time_machine.Traveller
) -> None:
    other = make_room(alice, bob)
    clock.move_to(NOW - timedelta(days=3))
    old = say(bob, general, "old")
    clock.move_to(NOW)
    withdrawn = say(bob, general, "withdrawn")
    delete_message(actor=bob, message_id=int(withdrawn.id))
    recent = [say(bob, general, "recent"), say(bob, other, "elsewhere")]
    mine = say(alice, general, "mine")
    made = sanction(mod, bob, "ban", hide_days=2)
    jobs.run()
    hidden = set(Message.objects.exclude(deleted_at=None).values_list("pk", flat=True))
    assert hidden == {int(withdrawn.id), *(int(one.id) for one in recent)}
    assert Message.objects.get(pk=old.id).text == "old"
    assert Message.objects.get(pk=mine.id).text == "mine"
    assert [entry.change for entry in entries(Action.MESSAGES_HIDDEN)] == ['{"messages":2}']
    assert entries(Action.MESSAGE_DELETED) == []
    lift(actor=mod, sanction_id=made.pk, show=True)
    jobs.run()
    assert set(Message.objects.exclude(deleted_at=None).values_list("pk", flat=True)) == {int(withdrawn.id)}
    assert Message.objects.get(pk=recent[0].id).text == "recent"
    assert_no_holes(published, general)


def test_a_ban_from_a_room_hides_only_there(mod: User, alice: User, bob: User, general: Room, jobs: Jobs) -> None:
    other = make_room(alice, bob)
    here, there = say(bob, general), say(bob, other)
    sanction(alice, bob, "ban", general, hide_days=1)
    jobs.run()
    assert Message.objects.get(pk=here.id).deleted_at is not None
    assert Message.objects.get(pk=there.id).deleted_at is None


def test_what_a_killed_process_left_undone_is_found_again(alice: User, bob: User, general: Room, jobs: Jobs) -> None:
    said = say(bob, general)
    sanction(alice, bob, "ban", general, hide_days=1)
    jobs.clear()
    hide_what_is_due()
    hide_what_is_due()
    assert Message.objects.get(pk=said.id).deleted_at is not None
    assert len(entries(Action.MESSAGES_HIDDEN)) == 1


def test_what_was_to_be_shown_again_is_found_again(
    alice: User, bob: User, general: Room, published: Published, jobs: Jobs
) -> None:
    said = say(bob, general)
    made = sanction(alice, bob, "ban", general, hide_days=1)
    jobs.run()
    lift(actor=alice, sanction_id=made.pk, show=True)
    jobs.clear()
    show_what_is_due()
    assert Message.objects.get(pk=said.id).text == said.text
    with nothing_happens(published):
        show_what_is_due()
    assert [entry.change for entry in entries(Action.MESSAGES_SHOWN)] == ['{"messages":1}']


def test_what_was_hidden_while_it_was_taken_back_is_shown_again(
    alice: User, bob: User, general: Room, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        say(bob, general)
    made = sanction(alice, bob, "ban", general, hide_days=1)

    def take_back_in_between(**fields: Any) -> Any:
        if Sanction.objects.get(pk=made.pk).lifted_at is None:
            lift(actor=alice, sanction_id=made.pk, show=True)
            show_what_is_due()
        return remove_message(**fields)

    monkeypatch.setattr("moderation.services.hiding.remove_message", take_back_in_between)
    jobs.clear()
    hide_messages.func(made.pk)
    jobs.run()
    assert set(Message.objects.values_list("deleted_at", flat=True)) == {None}


def test_lifted_without_showing_it_stays_hidden(alice: User, bob: User, general: Room, jobs: Jobs) -> None:
    said = say(bob, general)
    made = sanction(alice, bob, "ban", general, hide_days=1)
    jobs.run()
    lift(actor=alice, sanction_id=made.pk)
    jobs.run()
    show_what_is_due()
    assert Message.objects.get(pk=said.id).deleted_at is not None


def test_a_muted_moderator_still_moderates(alice: User, bob: User, mod: User) -> None:
    room = make_room(alice, bob, mod)
    said = say(bob, room)
    sanction(alice, bob, "warning", room)
    with pytest.raises(Forbidden, match=r"room\.outranked"):
        sanction(alice, mod, "mute", room)
    delete_message(actor=mod, message_id=int(said.id))
    assert restore_message(actor=mod, message_id=int(said.id)).text == said.text


@pytest.mark.parametrize("kind", ["private", "public"])
def test_that_the_staff_read_what_a_private_rooms_message_said_is_recorded(
    kind: str, alice: User, bob: User, mod: User
) -> None:
    room = make_room(alice, bob, mod, kind=kind)
    said = say(bob, room, "once")
    path = f"/messages/{said.id}/tombstone"
    assert Api(mod).get(path).json() == {"results": []}
    edit_message(actor=bob, message_id=int(said.id), text="twice")
    for person in (alice, mod):
        assert [one["text"] for one in Api(person).get(path).json()["results"]] == ["once"]
    recorded = [(one.actor_id, one.target_id, one.room_id) for one in entries(Action.PRIVATE_READ)]
    assert recorded == ([(mod.pk, int(said.id), room.pk)] if kind == "private" else [])
