"""The audit log: one chain, whoever writes; kept together with what it tells of; never changed unnoticed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import QuerySet
from django.db.transaction import TransactionManagementError
from django.test import Client

from accounts.models import Role, User
from accounts.services.roles import change_role
from core.audit import Action, record
from core.db import atomic, retried
from core.errors import AppError
from messaging.services.changing import delete_message
from moderation.models import AuditEntry, AuditHead
from moderation.models.audit import AppendOnly
from moderation.services.audit import verify
from rooms.models import Room
from rooms.services import members, rooms
from tests.accounts.browser import Browser
from tests.accounts.racing import at_once, refusals
from tests.conftest import Published
from tests.factories import PASSWORD, make_user, say

pytestmark = pytest.mark.django_db(transaction=True)


def entries(*actions: Action) -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(action__in=[action.value for action in actions]).order_by("seq"))


@retried
def note(number: int) -> None:
    with atomic():
        record(Action.ROOM_CHANGED, actor_id=number, target="room", target_id=7, change={"name": ["a", "ü"]})


def proved() -> str:
    out = StringIO()
    call_command("audit_verify", stdout=out)
    return out.getvalue().splitlines()[-1]


def test_entries_follow_each_other_and_every_seal_holds() -> None:
    for number in range(5):
        note(number)
    found = list(AuditEntry.objects.order_by("seq"))
    assert [(entry.seq, entry.actor_id) for entry in found] == [(n + 1, n) for n in range(5)]
    assert [entry.previous for entry in found[1:]] == [entry.seal for entry in found[:-1]]
    assert proved() == f"5:{found[-1].seal}"


def test_many_writers_make_one_chain() -> None:
    def write(number: int) -> None:
        for _ in range(5):
            note(number)

    at_once([partial(write, number) for number in range(6)])
    assert verify().length == 30
    assert verify().broken is None
    assert AuditHead.objects.get().seq == 30


def test_what_did_not_happen_is_not_told() -> None:
    note(1)
    with pytest.raises(ZeroDivisionError), atomic():
        record(Action.ROOM_CHANGED, actor_id=2)
        raise ZeroDivisionError
    assert [entry.actor_id for entry in AuditEntry.objects.all()] == [1]
    note(3)
    assert verify().broken is None


def test_outside_of_a_transaction_nothing_is_recorded() -> None:
    with pytest.raises(TransactionManagementError):
        record(Action.ROOM_CHANGED, actor_id=1)


def test_code_cannot_change_it() -> None:
    note(1)
    entry = AuditEntry.objects.get()
    attempts: list[Callable[[], object]] = [
        entry.save,
        entry.delete,
        AuditEntry.objects.all().delete,
        lambda: AuditEntry.objects.update(reason="nothing"),
        lambda: AuditEntry.objects.bulk_update([entry], ["reason"]),
    ]
    for attempt in attempts:
        with pytest.raises(AppendOnly):
            attempt()
    assert verify().length == 1


# What somebody with a hand in the database could do.
BEHIND: QuerySet[AuditEntry] = QuerySet(AuditEntry)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("reason", "harmless"),
        ("actor_id", 99),
        ("change", "{}"),
        ("address", "10.0.0.1"),
        ("at", "2020-01-01T00:00:00Z"),
    ],
)
def test_a_changed_entry_is_found(column: str, value: object) -> None:
    for number in range(4):
        note(number)
    BEHIND.filter(seq=3).update(**{column: value})
    with pytest.raises(CommandError, match="entry 3 is broken: its content was changed"):
        call_command("audit_verify")


def test_a_changed_entry_with_a_new_seal_breaks_the_next() -> None:
    for number in range(4):
        note(number)
    entry = AuditEntry.objects.get(seq=2)
    entry.actor_id = 99
    BEHIND.filter(seq=2).update(actor_id=99, seal=entry.expected_seal())
    with pytest.raises(CommandError, match="entry 3 is broken: it does not follow"):
        call_command("audit_verify")


@pytest.mark.parametrize(("gone", "named"), [(1, 1), (2, 2), (4, 4)])
def test_a_removed_entry_is_found(gone: int, named: int) -> None:
    for number in range(4):
        note(number)
    BEHIND.filter(seq=gone).delete()
    with pytest.raises(CommandError, match=f"entry {named} is broken"):
        call_command("audit_verify")


def test_a_log_written_anew_as_a_whole_is_found_by_what_was_noted_before() -> None:
    note(1)
    noted = proved()
    call_command("audit_verify", expect=noted, stdout=StringIO())
    note(2)
    call_command("audit_verify", expect=noted, stdout=StringIO())
    BEHIND.all().delete()
    AuditHead.objects.all().delete()
    note(3)
    with pytest.raises(CommandError, match="written anew"):
        call_command("audit_verify", expect=noted)


def test_sign_ins_of_staff_are_recorded_at_both_doors_with_the_address(mod: User, alice: User) -> None:
    Browser().sign_in("mod")
    Client().post("/admin/login/", {"username": "mod", "password": PASSWORD})
    Browser().sign_in("alice")
    found = entries(Action.SIGNED_IN)
    assert [(entry.actor_id, entry.change) for entry in found] == [
        (mod.pk, '{"door":"app"}'),
        (mod.pk, '{"door":"admin"}'),
    ]
    assert {entry.address for entry in found} == {"127.0.0.1"}


def test_guesses_at_a_staff_members_password_are_recorded(mod: User, alice: User) -> None:
    Browser().sign_in("mod", password="wrong password")
    Browser().sign_in("alice", password="wrong password")
    Client().post("/admin/login/", {"username": "mod", "password": "wrong password"})
    assert [(entry.actor_id, entry.subject_id) for entry in entries(Action.SIGN_IN_REFUSED)] == [(0, mod.pk)] * 2


def test_roles_rooms_and_removals_are_recorded(alice: User, bob: User, general: Room) -> None:
    members.change_role(actor=alice, room_id=general.pk, user_id=bob.pk, role="moderator")
    members.change_role(actor=alice, room_id=general.pk, user_id=bob.pk, role="moderator")
    rooms.update_room(actor=alice, room_id=general.pk, topic="New", name="General")
    rooms.archive_room(actor=alice, room_id=general.pk, archived=True)
    rooms.archive_room(actor=alice, room_id=general.pk, archived=False)
    members.remove_member(actor=alice, room_id=general.pk, user_id=bob.pk)
    told = [(entry.action, entry.subject_id, entry.change) for entry in AuditEntry.objects.order_by("seq")]
    assert told == [
        (Action.ROOM_CREATED, 0, "{}"),
        (Action.MEMBER_ROLE_CHANGED, bob.pk, '{"role":["member","moderator"]}'),
        (Action.ROOM_CHANGED, 0, '{"topic":["","New"]}'),
        (Action.ROOM_ARCHIVED, 0, "{}"),
        (Action.ROOM_REOPENED, 0, "{}"),
        (Action.MEMBER_REMOVED, bob.pk, "{}"),
    ]
    assert {entry.room_id for entry in AuditEntry.objects.all()} == {general.pk}


def test_deleting_anothers_message_is_recorded_ones_own_is_not(alice: User, bob: User, general: Room) -> None:
    own, others = say(bob, general, "mine"), say(bob, general, "a secret")
    delete_message(actor=bob, message_id=int(own.id))
    delete_message(actor=alice, message_id=int(others.id))
    (entry,) = entries(Action.MESSAGE_DELETED)
    assert (entry.actor_id, entry.target, entry.target_id, entry.subject_id) == (
        alice.pk, "message", int(others.id), bob.pk,
    )  # fmt: skip
    assert "a secret" not in entry.change


def test_refused_actions_are_not_recorded(bob: User, carol: User, general: Room, published: Published) -> None:
    before, heard = AuditEntry.objects.count(), len(published)
    for actor in (bob, carol):
        with pytest.raises(AppError):
            members.remove_member(actor=actor, room_id=general.pk, user_id=bob.pk)
    assert (AuditEntry.objects.count(), len(published)) == (before, heard)


def test_site_roles_are_recorded(admin: User, bob: User) -> None:
    change_role(actor=admin, user=bob, role=Role.MODERATOR)
    (entry,) = entries(Action.SITE_ROLE_CHANGED)
    assert (entry.actor_id, entry.subject_id, entry.change) == (admin.pk, bob.pk, '{"role":["user","moderator"]}')


def test_two_administrators_cannot_take_the_role_from_each_other(admin: User) -> None:
    for number in range(5):
        other = make_user(f"second{number}", role=Role.ADMIN)
        both = [(admin, other), (other, admin)]
        calls = [partial(change_role, actor=_read(one), user=_read(two), role=Role.USER) for one, two in both]
        assert refusals(at_once(calls)) == ["forbidden"]
        admin = User.objects.get(role=Role.ADMIN)


def _read(user: User) -> User:
    return User.objects.get(pk=user.pk)


def test_a_new_password_from_an_administrator_is_recorded(admin: User, alice: User) -> None:
    client = Client()
    client.force_login(admin)
    path = f"/admin/accounts/user/{alice.pk}/password/"
    client.post(path, {"password1": "", "password2": "", "usable_password": "true"})
    assert entries(Action.PASSWORD_CHANGED) == []
    new = "a much better phrase"
    client.post(path, {"password1": new, "password2": new, "usable_password": "true"})
    (entry,) = entries(Action.PASSWORD_CHANGED)
    assert (entry.actor_id, entry.subject_id) == (admin.pk, alice.pk)
