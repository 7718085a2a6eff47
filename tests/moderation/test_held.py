"""A message a rule holds back: outside of its room until a moderator has looked at it."""

from functools import partial
from typing import Any

import pytest

from accounts.models import User
from core.audit import Action
from messaging.models import Message
from messaging.services.sending import send_message
from moderation.models import HeldMessage, Rule
from moderation.services.holding import release
from moderation.services.rules import keep_rule
from rooms.models import Room
from rooms.services.members import remove_member
from tests.accounts.racing import at_once, refusals
from tests.clients import Api, refusal
from tests.conftest import Published
from tests.factories import say
from tests.moderation.deciding import entries
from tests.order import nothing_happens, told

pytestmark = pytest.mark.django_db(transaction=True)
KEY = "7f0d5c8e-2f43-4d0e-9a3b-0c6a5d1e2b10"


@pytest.fixture
def rule(mod: User) -> Rule:
    made = Rule(name="Look first", kind="words", parameters='{"words": ["maybe"]}', action="hold", enabled=True)
    return keep_rule(actor=mod, rule=made)


def _write(actor: User, room: Room, text: str = "maybe", key: str = KEY) -> Any:
    return Api(actor).post(f"/rooms/{room.pk}/messages", {"client_id": key, "text": text})


@pytest.fixture
def held(bob: User, general: Room, rule: Rule) -> HeldMessage:
    _write(bob, general)
    return HeldMessage.objects.get()


def test_it_has_no_place_in_the_room_and_only_the_author_is_told(
    alice: User, bob: User, general: Room, rule: Rule, published: Published
) -> None:
    with nothing_happens(published):
        answer = _write(bob, general)
    assert refusal(answer) == (403, "message.held")
    assert answer.json()["error"]["data"] == {"held_id": str(HeldMessage.objects.get().pk)}
    assert [entry.reason for entry in entries(Action.RULE_ACTED)] == ["Look first"]


def test_it_waits_once_however_often_it_is_sent(bob: User, general: Room, held: HeldMessage) -> None:
    assert refusal(_write(bob, general)) == (403, "message.held")
    assert refusal(_write(bob, general, "maybe not")) == (409, "client_id.reused")
    calls = [
        partial(send_message, actor=bob, room_id=general.pk, client_id=KEY[:-1] + "1", text="maybe") for _ in range(4)
    ]
    assert refusals(at_once(calls)) == ["message.held"] * 4
    assert HeldMessage.objects.count() == 2


def test_released_it_is_sent_then_under_its_own_key(
    alice: User, bob: User, general: Room, held: HeldMessage, published: Published
) -> None:
    said = say(alice, general, "meanwhile")
    published.clear()
    assert Api(alice).put(f"/held/{held.pk}", {"decision": "release"}).status_code == 204
    assert published.types == ["message.created", "message.judged"]
    created, judged = told(published)
    assert (created["message"]["client_id"], created["message"]["author_id"]) == (KEY, str(bob.pk))
    assert created["message"]["seq"] == said.seq + 1
    assert judged.items() >= {"client_id": KEY, "released": True}.items()
    assert published[1].topic == f"user.{bob.pk}"
    again = _write(bob, general)
    assert (again.status_code, again.json()["id"]) == (200, created["message"]["id"])
    assert len(entries(Action.HELD_RELEASED)) == 1


def test_refused_it_is_never_sent_and_a_retry_learns_so(
    alice: User, bob: User, general: Room, held: HeldMessage, published: Published
) -> None:
    published.clear()
    assert Api(alice).put(f"/held/{held.pk}", {"decision": "refuse", "reason": "No."}).status_code == 204
    assert [(event["released"], event["reason"]) for event in told(published)] == [(False, "No.")]
    assert refusal(_write(bob, general)) == (403, "message.refused")
    assert refusal(Api(alice).put(f"/held/{held.pk}", {"decision": "release"})) == (409, "message.refused")
    assert not Message.objects.filter(author=bob).exists()


def test_whoever_was_removed_meanwhile_sends_nothing(alice: User, bob: User, general: Room, held: HeldMessage) -> None:
    remove_member(actor=alice, room_id=general.pk, user_id=bob.pk)
    assert refusal(Api(alice).put(f"/held/{held.pk}", {"decision": "release"})) == (404, "not_found")
    assert HeldMessage.objects.get().state == "waiting"


def test_two_who_release_at_once_send_it_once(alice: User, mod: User, general: Room, held: HeldMessage) -> None:
    results = at_once([partial(release, actor=person, held_id=held.pk) for person in (alice, mod) * 2])
    assert refusals(results) == []
    assert Message.objects.filter(client_id=KEY).count() == 1
    assert len(entries(Action.HELD_RELEASED)) == 1


def test_who_sees_what_waits(
    alice: User, bob: User, carol: User, mod: User, admin: User, general: Room, held: HeldMessage
) -> None:
    path = f"/rooms/{general.pk}/held"
    for person in (alice, bob):
        assert [one["id"] for one in Api(person).get(path).json()["results"]] == [str(held.pk)]
    dora = Api(carol)
    assert refusal(dora.get(path)) == refusal(dora.get("/held")) == (404, "not_found")
    for person in (mod, admin):
        assert [one["text"] for one in Api(person).get("/held").json()["results"]] == ["maybe"]


def test_neither_its_author_nor_an_outsider_decides(
    bob: User, carol: User, held: HeldMessage, published: Published
) -> None:
    for person in (bob, carol):
        with nothing_happens(published):
            assert refusal(Api(person).put(f"/held/{held.pk}", {"decision": "release"})) == (404, "not_found")
    assert refusal(Api(carol).put("/held/1234567890", {"decision": "release"})) == (404, "not_found")


def test_moderators_decide_neither_about_what_they_wrote_themselves_nor_about_who_stands_above_them(
    alice: User, mod: User, admin: User, general: Room, rule: Rule
) -> None:
    rule.spares_moderators = False
    keep_rule(actor=admin, rule=rule)
    _write(alice, general)
    of_alice = HeldMessage.objects.get()
    HeldMessage.objects.create(
        author_id=admin.pk, room_id=general.pk, client_id=KEY, payload_hash="", text="maybe", rule_id=rule.pk
    )
    of_admin = HeldMessage.objects.get(author_id=admin.pk)
    for person, held in ((alice, of_alice), (alice, of_admin), (mod, of_admin), (admin, of_admin)):
        for decision in ("release", "refuse"):
            answer = Api(person).put(f"/held/{held.pk}", {"decision": decision})
            assert refusal(answer) == (403, "user.outranked")
    assert not Message.objects.exists()
    assert Api(mod).put(f"/held/{of_alice.pk}", {"decision": "release"}).status_code == 204
