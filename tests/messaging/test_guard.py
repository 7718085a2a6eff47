"""Rights end at a number: once a change of them is committed, no message of theirs gets a higher one."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from accounts.models import Role, User
from core import clock
from core.errors import AppError
from messaging.models import Message
from messaging.services.changing import delete_message
from rooms.models import Room
from rooms.services.members import change_role, leave_room, remove_member
from rooms.services.rooms import archive_room, update_room
from rooms.services.sanctions import change_site_role, mute_member, suspend_person
from tests.conftest import Published
from tests.factories import make_room, make_user, member, say
from tests.order import assert_no_holes

MOST_SAID = 1_000
End = Callable[[User, User, Room], int]


def _remove(alice: User, bob: User, room: Room) -> int:
    remove_member(actor=alice, room_id=room.pk, user_id=bob.pk)
    return member(room, bob).rev


def _leave(alice: User, bob: User, room: Room) -> int:
    leave_room(actor=bob, room_id=room.pk)
    return member(room, bob).rev


def _mute(alice: User, bob: User, room: Room) -> int:
    return mute_member(room_id=room.pk, user_id=bob.pk, until=clock.now() + timedelta(hours=1)).rev


def _read_only(alice: User, bob: User, room: Room) -> int:
    return update_room(actor=alice, room_id=room.pk, posting="moderators").settings_rev


def _archive(alice: User, bob: User, room: Room) -> int:
    return archive_room(actor=alice, room_id=room.pk, archived=True).settings_rev


def _suspend(alice: User, bob: User, room: Room) -> int:
    """A suspension takes no `rev`: whatever the head is when it is over."""
    suspend_person(user=bob)
    return Room.objects.get(pk=room.pk).rev + 1


def _talk(person: User, room: Room) -> str:
    """Send without pause until refused; return the reason's code."""
    try:
        for _ in range(MOST_SAID):
            say(person, room)
    except AppError as refusal:
        return refusal.code
    finally:
        connection.close()
    return "never refused"


@pytest.mark.parametrize(
    ("end", "code"),
    [
        (_remove, "not_found"),
        (_leave, "not_found"),
        (_mute, "member.muted"),
        (_read_only, "room.read_only"),
        (_archive, "room.archived"),
        (_suspend, "user.suspended"),
    ],
)
def test_nothing_is_said_after_the_end(end: End, code: str, published: Published) -> None:
    alice, bob = make_user("alice"), make_user("bob")
    room = make_room(alice, bob)
    with ThreadPoolExecutor(3) as pool:
        talks = [pool.submit(_talk, bob, room) for _ in range(3)]
        while Message.objects.count() < 10:
            time.sleep(0.002)
        at = end(alice, bob, room)
        assert {talk.result(timeout=60) for talk in talks} == {code}
    last = Message.objects.filter(author=bob).order_by("-seq").values_list("seq", flat=True)[0]
    assert last < at
    assert_no_holes(published, room)


def test_a_rank_that_is_gone_deletes_nothing_more(
    alice: User, bob: User, admin: User, general: Room, published: Published
) -> None:
    """The actor was read before, and what they may do is remembered from then."""
    change_role(actor=alice, room_id=general.pk, user_id=bob.pk, role="moderator")
    first, second, third = (int(say(alice, general).id) for _ in range(3))
    delete_message(actor=bob, message_id=first)
    change_role(actor=alice, room_id=general.pk, user_id=bob.pk, role="member")
    with pytest.raises(AppError, match=r"room\.not_moderator"):
        delete_message(actor=bob, message_id=second)
    change_site_role(actor=admin, user=bob, role=Role.MODERATOR)
    stale = User.objects.get(pk=bob.pk)
    delete_message(actor=stale, message_id=second)
    change_site_role(actor=admin, user=bob, role=Role.USER)
    with pytest.raises(AppError, match=r"room\.not_moderator"):
        delete_message(actor=stale, message_id=third)
    assert_no_holes(published, general)
