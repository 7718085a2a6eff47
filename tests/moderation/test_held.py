"""A message a rule holds back: outside of its room until a moderator has looked at it."""

from functools import partial
from typing import Any

import pytest
from django.test import Client

from accounts.models import Role, User
from core.audit import Action
from messaging.models import Message
from messaging.services.sending import send_message
from moderation.models import HeldMessage, Rule
from moderation.services.audit import verify
from moderation.services.holding import refuse, release
from moderation.services.rules import keep_rule
from rooms.models import Room
from rooms.services.members import remove_member
from tests.accounts.racing import at_once, refusals
from tests.clients import Api, refusal
from tests.conftest import Published
from tests.factories import make_room, make_user, say
from tests.moderation.deciding import entries, sanction
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
    make_user("second", role=Role.ADMIN)
    for person, held in ((alice, of_alice), (alice, of_admin), (mod, of_admin), (admin, of_admin)):
        for decision in ("release", "refuse"):
            answer = Api(person).put(f"/held/{held.pk}", {"decision": decision})
            assert refusal(answer) == (403, "user.outranked")
    assert not Message.objects.exists()
    assert Api(mod).put(f"/held/{of_alice.pk}", {"decision": "release"}).status_code == 204


def test_the_only_administrator_decides_about_their_own(bob: User, held: HeldMessage) -> None:
    admin = bob  # who was not yet one when it was held
    User.objects.filter(pk=bob.pk).update(role=Role.ADMIN)
    assert Api(admin).put(f"/held/{HeldMessage.objects.get().pk}", {"decision": "release"}).status_code == 204
    assert [entry.actor_id for entry in entries(Action.HELD_RELEASED)] == [admin.pk]
    assert Message.objects.get(author=admin).text == "maybe"


@pytest.mark.parametrize("everywhere", [False, True])
def test_whoever_releases_is_told_that_the_author_is_muted_and_not_that_they_are(
    everywhere: bool, alice: User, bob: User, mod: User, general: Room, held: HeldMessage, published: Published
) -> None:
    made = sanction(mod if everywhere else alice, bob, "mute", None if everywhere else general)
    with nothing_happens(published):
        answer = Api(alice).put(f"/held/{held.pk}", {"decision": "release"})
    assert refusal(answer) == (409, "held.silenced")
    assert answer.json()["error"]["data"] == {"because": "user.muted" if everywhere else "member.muted"}
    assert Api(mod if everywhere else alice).delete(f"/sanctions/{made.pk}").status_code == 200
    for _ in range(2):  # twice is fine, also when they have been muted since
        assert Api(alice).put(f"/held/{held.pk}", {"decision": "release"}).status_code == 204
        sanction(alice, bob, "mute", general)


def test_that_the_staff_read_what_was_held_in_private_is_recorded(
    alice: User, bob: User, mod: User, general: Room, held: HeldMessage
) -> None:
    public = make_room(alice, bob, kind="public", name="Open")
    _write(bob, public, key=KEY[:-1] + "1")
    assert entries(Action.PRIVATE_READ) == []
    assert len(Api(mod).get("/held").json()["results"]) == 2
    (entry,) = entries(Action.PRIVATE_READ)
    assert (entry.actor_id, entry.subject_id, entry.target_id) == (mod.pk, bob.pk, held.pk)
    assert entry.change == f'{{"held":["{held.pk}"]}}'
    Api(alice).get(f"/rooms/{general.pk}/held")  # its own moderator, who is in it
    assert len(entries(Action.PRIVATE_READ)) == 1
    assert verify().broken is None


@pytest.mark.parametrize("page", ["", "{}/change/"])
def test_so_it_is_on_the_desk(page: str, mod: User, held: HeldMessage, client: Client) -> None:
    client.force_login(mod)
    assert client.get(f"/admin/moderation/heldmessage/{page.format(held.pk)}").status_code == 200
    assert [entry.target_id for entry in entries(Action.PRIVATE_READ)] == [held.pk]


def test_reading_ones_own_is_not(admin: User, alice: User, general: Room, rule: Rule) -> None:
    HeldMessage.objects.create(
        author_id=admin.pk, room_id=general.pk, client_id=KEY, payload_hash="", text="maybe", rule_id=rule.pk
    )
    assert len(Api(admin).get("/held").json()["results"]) == 1
    assert entries(Action.PRIVATE_READ) == []


def test_of_two_who_decide_otherwise_at_once_one_is_refused(
    alice: User, bob: User, mod: User, general: Room, rule: Rule
) -> None:
    for number in range(6):
        key = f"{KEY[:-1]}{number}"
        _write(bob, general, key=key)
        held = HeldMessage.objects.get(client_id=key)
        calls: list[Any] = [
            partial(release, actor=alice, held_id=held.pk), partial(refuse, actor=mod, held_id=held.pk),
        ]  # fmt: skip
        told_to_loser = refusals(at_once(calls))
        held.refresh_from_db()
        is_released = held.state == "released"
        assert told_to_loser == ["message.held" if is_released else "message.refused"]
        assert Message.objects.filter(client_id=key).exists() == is_released
        recorded = entries(Action.HELD_RELEASED if is_released else Action.HELD_REFUSED)[-1]
        assert recorded.target_id == held.pk
    assert len(entries(Action.HELD_RELEASED, Action.HELD_REFUSED)) == 6
