"""What is decided about a person on the whole site takes hold in every room at once."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Role, User
from core.errors import Forbidden
from messaging.services.changing import delete_message
from rooms.models import Room
from rooms.services.members import add_member
from rooms.services.sanctions import change_site_role, restore_person, suspend_person
from tests.clients import Api, refusal
from tests.conftest import Published
from tests.factories import make_room, member, say
from tests.order import nothing_happens, told


def test_the_suspended_get_in_nowhere(bob: User, general: Room) -> None:
    api = Api(bob)
    suspend_person(user=bob)
    for path in ("/me", "/rooms", f"/rooms/{general.pk}/messages"):
        assert refusal(api.get(path)) == (403, "user.suspended")


def test_their_sockets_are_told_and_closed(bob: User, general: Room, published: Published) -> None:
    Api(bob)
    suspend_person(user=bob)
    assert published.types == ["session.revoked"]
    assert len(published[0].ends) == 1


def test_a_send_already_under_way_is_refused(alice: User, bob: User, general: Room, published: Published) -> None:
    """The actor was read before the suspension, and what they may do is remembered: the guard finds out."""
    stale = User.objects.get(pk=bob.pk)
    say(stale, general)
    suspend_person(user=bob)
    with nothing_happens(published), pytest.raises(Forbidden, match=r"user\.suspended"):
        say(stale, general)


def test_it_raises_the_counter_of_rights_in_their_rooms_and_no_rev(alice: User, bob: User, general: Room) -> None:
    other = make_room(alice)
    before = member(general, bob).changed_at
    suspend_person(user=bob)
    after = Room.objects.get(pk=general.pk)
    assert (after.access_rev, after.rev) == (general.access_rev + 1, general.rev)
    assert Room.objects.get(pk=other.pk).access_rev == other.access_rev
    assert member(general, bob).changed_at >= before


def test_who_is_restored_may_write_again(bob: User, general: Room) -> None:
    suspend_person(user=bob)
    with pytest.raises(Forbidden):
        say(bob, general)
    restore_person(user=bob)
    say(bob, general)
    assert Api(bob).get("/me").status_code == 200


def test_a_new_role_on_the_site_is_a_new_rank_in_rooms_at_once(
    alice: User, bob: User, admin: User, general: Room, published: Published
) -> None:
    first, second = say(alice, general), say(alice, general)
    with pytest.raises(Forbidden, match=r"room\.not_moderator"):
        delete_message(actor=bob, message_id=int(first.id))
    change_site_role(actor=admin, user=bob, role=Role.MODERATOR)
    delete_message(actor=bob, message_id=int(first.id))
    change_site_role(actor=admin, user=bob, role=Role.USER)
    with nothing_happens(published), pytest.raises(Forbidden, match=r"room\.not_moderator"):
        delete_message(actor=bob, message_id=int(second.id))


def test_they_hear_of_their_new_rank_and_the_others_of_the_role(
    bob: User, admin: User, general: Room, published: Published
) -> None:
    change_site_role(actor=admin, user=bob, role=Role.ADMIN)
    assert published.types == ["user.updated", "membership.updated"]
    assert published[0].rooms == [general.pk]
    assert told(published)[1]["membership"].items() >= {"role": "member", "rank": "owner"}.items()


def test_only_administrators_change_roles_and_never_their_own(
    mod: User, bob: User, admin: User, general: Room, published: Published
) -> None:
    with nothing_happens(published):
        for actor, user in ((mod, bob), (bob, bob), (admin, admin)):
            with pytest.raises(Forbidden):
                change_site_role(actor=actor, user=user, role=Role.ADMIN)


def test_a_role_changed_in_the_admin_pages_takes_hold_in_rooms_too(
    alice: User, mod: User, admin: User, general: Room
) -> None:
    add_member(actor=alice, room_id=general.pk, user_id=mod.pk)
    sent = say(alice, general)
    say(mod, general)
    pages = Client()
    pages.force_login(admin)
    answer = pages.post(f"/admin/accounts/user/{mod.pk}/change/", {"role": Role.USER})
    assert answer.status_code == 302
    with pytest.raises(Forbidden, match=r"room\.not_moderator"):
        delete_message(actor=mod, message_id=int(sent.id))
