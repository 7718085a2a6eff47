"""Who stands below may not undo what who stands above has decided; rules stand below the staff."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from accounts.models import Role, User
from core.errors import AppError, Conflict, Forbidden
from moderation.models import HeldMessage, Rule, Sanction
from moderation.services.appeals import appeal, decide_appeal
from moderation.services.cases import claim_case
from moderation.services.lifting import lift
from moderation.services.reporting import report_person
from moderation.services.rules import keep_rule
from rooms.models import Membership, Room
from rooms.services.members import add_member, change_role
from tests.clients import Api, refusal
from tests.factories import make_user, say
from tests.moderation.deciding import sanction

pytestmark = pytest.mark.django_db(transaction=True)


def _rule(actor: User, action: str) -> Rule:
    wanted = Rule(name="Words", kind="words", parameters='{"words": ["spam"]}', action=action, enabled=True)
    wanted.spares_moderators, wanted.mute_minutes = False, 28 * 24 * 60
    return keep_rule(actor=actor, rule=wanted)


@pytest.mark.parametrize("action", ["mute", "delete", "block", "hold"])
def test_no_rule_acts_on_an_administrator(action: str, mod: User, admin: User, alice: User, general: Room) -> None:
    add_member(actor=alice, room_id=general.pk, user_id=admin.pk)
    _rule(mod, action)
    assert say(admin, general, "spam").deleted_at is None
    assert not Sanction.objects.exists()
    assert not HeldMessage.objects.exists()
    say(admin, general)


def test_a_rule_mutes_people_and_none_of_the_staff(mod: User, alice: User, bob: User, general: Room) -> None:
    add_member(actor=alice, room_id=general.pk, user_id=mod.pk)
    _rule(mod, "mute")
    for person in (mod, bob):
        say(person, general, "spam")
    assert [one.user_id for one in Sanction.objects.all()] == [bob.pk]
    lift(actor=alice, sanction_id=Sanction.objects.get().pk)
    say(bob, general)


@pytest.mark.parametrize("kind", ["ban", "mute"])
def test_a_room_owner_neither_replaces_nor_lifts_what_the_staff_decided(
    kind: str, alice: User, bob: User, admin: User, general: Room
) -> None:
    add_member(actor=alice, room_id=general.pk, user_id=admin.pk)
    made = sanction(admin, bob, kind, general, minutes=600)
    before = Membership.objects.get(user=bob, room=general)
    client = Api(alice)
    body = {"user_id": str(bob.pk), "room_id": str(general.pk), "kind": kind, "minutes": 1, "reason": "So"}
    assert refusal(client.post("/sanctions", body)) == (403, "room.outranked")
    assert refusal(client.delete(f"/sanctions/{made.pk}")) == (403, "room.outranked")
    after = Membership.objects.get(user=bob, room=general)
    assert (after.muted_until, after.banned_until, after.rev) == (before.muted_until, before.banned_until, before.rev)
    assert Sanction.objects.get().lifted_at is None
    lift(actor=admin, sanction_id=made.pk)


def test_a_site_moderator_neither_replaces_nor_lifts_an_administrators_mute(mod: User, admin: User, bob: User) -> None:
    made = sanction(admin, bob, minutes=600)
    bob.refresh_from_db()
    until = bob.muted_until
    attempts: list[Callable[[], object]] = [partial(sanction, mod, bob), partial(lift, actor=mod, sanction_id=made.pk)]
    for attempt in attempts:
        with pytest.raises(Forbidden, match=r"user\.outranked"):
            attempt()
    bob.refresh_from_db()
    assert bob.muted_until == until
    sanction(admin, bob, minutes=1)


def test_an_equals_decision_and_one_that_has_ended_can_be_replaced(mod: User, bob: User) -> None:
    other = make_user("mod2", role=Role.MODERATOR)
    sanction(mod, bob)
    made = sanction(other, bob)
    lift(actor=mod, sanction_id=made.pk)
    assert Sanction.objects.filter(lifted_at=None).count() == 0


def test_granting_an_appeal_frees_also_from_what_took_its_place(mod: User, admin: User, bob: User) -> None:
    first = sanction(mod, bob)
    appeal(actor=bob, sanction_id=first.pk, text="It was not me")
    second = sanction(mod, bob, minutes=600)
    assert decide_appeal(actor=admin, sanction_id=first.pk, granted=True).granted
    second.refresh_from_db()
    bob.refresh_from_db()
    assert (second.lifted_by, bob.muted_until) == (admin.pk, None)


def test_while_somebody_works_on_a_case_others_of_the_staff_decide_nothing(
    mod: User, admin: User, alice: User, bob: User, general: Room
) -> None:
    first = sanction(mod, bob)
    appeal(actor=bob, sanction_id=first.pk, text="It was not me")
    case_id = report_person(actor=alice, user_id=bob.pk, room_id=general.pk, reason="spam").report.case_id
    claim_case(actor=admin, case_id=case_id)
    with pytest.raises(Conflict, match=r"case\.claimed"):
        sanction(mod, bob, "warning")
    answer = Api(mod).put(f"/sanctions/{first.pk}/appeal", {"granted": False})
    assert refusal(answer) == (409, "case.claimed")
    sanction(alice, bob, "warning", general)
    sanction(admin, bob, "warning")


def test_held_messages_are_not_for_equals_nor_for_who_stands_below_in_the_room(
    alice: User, mod: User, admin: User, general: Room
) -> None:
    deputy, second, other = make_user("deputy"), make_user("second"), make_user("mod2", role=Role.MODERATOR)
    for person in (deputy, second, mod):
        add_member(actor=alice, room_id=general.pk, user_id=person.pk)
    for person in (deputy, second):
        change_role(actor=alice, room_id=general.pk, user_id=person.pk, role="moderator")
    _rule(admin, "hold")
    for author, refused, allowed in ((alice, deputy, mod), (second, deputy, alice), (mod, other, admin)):
        with pytest.raises(AppError, match=r"message\.held"):
            say(author, general, "spam")
        held = HeldMessage.objects.get(author_id=author.pk)
        for decision in ("refuse", "release"):
            answer = Api(refused).put(f"/held/{held.pk}", {"decision": decision})
            assert refusal(answer) == (403, "user.outranked")
        assert Api(allowed).put(f"/held/{held.pk}", {"decision": "release"}).status_code == 204
