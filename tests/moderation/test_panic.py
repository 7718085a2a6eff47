"""The panic switch: sign-ups, direct messages from strangers or links, paused for some hours."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Pausable, Pause, User
from accounts.services.pauses import paused_until
from core import clock, kept
from core.audit import Action
from moderation.services.panic import pause, resume
from rooms.models import Room
from rooms.services.rooms import open_direct_room
from tests.clients import Api, refusal, wrong_fields
from tests.conftest import Published
from tests.factories import make_room, say
from tests.moderation.deciding import entries
from tests.order import nothing_happens
from tests.statements import statements

pytestmark = pytest.mark.django_db(transaction=True)


def _register(name: str = "newcomer") -> Any:
    body = {"username": name, "email": f"{name}@example.org", "password": "correct horse battery"}
    return Api(None).post("/auth/register", body)


def _ask(actor: User, other: User) -> Any:
    return Api(actor).post("/rooms/direct", {"user_ids": [str(other.pk)]})


def _write(actor: User, room: Room, text: str = "hello", number: int = 0) -> Any:
    key = f"7f0d5c8e-2f43-4d0e-9a3b-0c6a5d1e2b{number:02d}"
    return Api(actor).post(f"/rooms/{room.pk}/messages", {"client_id": key, "text": text})


def test_nobody_signs_up_while_that_is_paused_and_everybody_after_it(mod: User) -> None:
    pause(actor=mod, what="sign_ups", hours=2, reason="Raid")
    answer = _register()
    assert refusal(answer) == (403, "registration.paused")
    assert answer.json()["error"]["data"]["until"] > clock.iso(clock.now() + timedelta(minutes=119))
    assert not User.objects.filter(username="newcomer").exists()
    resume(actor=mod, what="sign_ups")
    assert _register().status_code == 201


def test_it_ends_by_itself(mod: User) -> None:
    pause(actor=mod, what="sign_ups", hours=1)
    Pause.objects.update(until=clock.now())
    kept.forget_all()
    assert _register().status_code == 201


def test_strangers_write_to_nobody_new(alice: User, bob: User, carol: User, mod: User, published: Published) -> None:
    make_room(alice, bob)
    pause(actor=mod, what="strangers", hours=1)
    with nothing_happens(published):
        assert refusal(_ask(carol, alice)) == (403, "direct.paused")
    assert _ask(bob, alice).status_code == 201
    assert _ask(mod, carol).status_code == 201
    assert _ask(carol, carol).status_code == 201


def test_in_a_conversation_they_opened_before_they_wait_for_an_answer(
    alice: User, carol: User, mod: User, published: Published
) -> None:
    room = open_direct_room(actor=carol, user_ids=[alice.pk])[0].room
    _write(carol, room)
    pause(actor=mod, what="strangers", hours=1)
    with nothing_happens(published):
        assert refusal(_write(carol, room, number=1)) == (403, "direct.paused")
    resume(actor=mod, what="strangers")
    say(alice, room, "who are you?")
    pause(actor=mod, what="strangers", hours=1)
    assert _write(carol, room, number=2).status_code == 201


def test_links_come_from_moderators_alone(
    alice: User, bob: User, mod: User, general: Room, published: Published
) -> None:
    said = say(bob, general)
    pause(actor=mod, what="links", hours=1)
    with nothing_happens(published):
        assert refusal(_write(bob, general, "see https://example.org")) == (403, "links.paused")
        edit = Api(bob).patch(f"/messages/{said.id}", {"text": "see https://example.org"})
        assert refusal(edit) == (403, "links.paused")
    assert _write(alice, general, "see https://example.org").status_code == 201
    assert _write(bob, general, "no link", number=1).status_code == 201


def test_a_send_asks_nothing_more_while_something_is_paused(alice: User, bob: User, mod: User, general: Room) -> None:
    pause(actor=mod, what="links", hours=1)
    say(bob, general)
    with statements() as asked:
        say(bob, general)
    assert len(asked) == 2


def test_the_staff_throws_it_over_rest_and_both_are_recorded(mod: User, admin: User) -> None:
    assert Api(mod).put("/pauses/links", {"hours": 3, "reason": "Spam"}).status_code == 204
    assert Api(admin).get("/pauses").json()["links"] == clock.iso(Pause.objects.get().until)
    assert Api(admin).delete("/pauses/links").status_code == 204
    assert Api(admin).delete("/pauses/links").status_code == 204
    assert Api(admin).get("/pauses").json() == {"sign_ups": None, "strangers": None, "links": None}
    thrown, ended = entries(Action.PAUSED, Action.RESUMED)
    assert (thrown.actor_id, thrown.target, thrown.reason, ended.actor_id) == (mod.pk, "links", "Spam", admin.pk)


@pytest.mark.parametrize("who", ["alice", "bob", "carol"])
def test_to_others_there_is_no_switch(who: str, general: Room, request: pytest.FixtureRequest) -> None:
    api = Api(request.getfixturevalue(who))
    answers = [api.get("/pauses"), api.put("/pauses/links", {"hours": 1}), api.delete("/pauses/links")]
    assert [refusal(answer) for answer in answers] == [(404, "not_found")] * 3
    assert paused_until(Pausable.LINKS) is None


@pytest.mark.parametrize("hours", [0, 169, -1, 1.5, "1", None])
def test_what_is_no_duration_is_refused(hours: Any, mod: User) -> None:
    assert wrong_fields(Api(mod).put("/pauses/links", {"hours": hours})) == {"hours"}
    assert refusal(Api(mod).put("/pauses/everything", {"hours": 1})) == (404, "not_found")


def test_another_process_learns_of_it_by_its_stamp(mod: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if this process were the other one: what it holds is dropped by nothing but the raised stamp."""
    assert paused_until(Pausable.LINKS) is None
    monkeypatch.setattr(kept.Kept, "forget", lambda self: None)
    pause(actor=mod, what="links", hours=1)
    monkeypatch.setattr(kept, "LOOK_EVERY", 0.0)
    for one in kept._all:
        one._look_at = 0.0
    assert paused_until(Pausable.LINKS) is not None


def test_links_are_paused_in_topics_and_status_texts_too(bob: User, general: Room, mod: User) -> None:
    link = "see HTTPS://bad.example/x"
    pause(actor=mod, what="links", hours=1)
    mine = make_room(bob, mod)
    doors: list[Callable[[Api], Any]] = [
        lambda api: api.patch("/me", {"status_text": link}),
        lambda api: api.patch(f"/rooms/{mine.pk}", {"topic": link}),
        lambda api: api.post("/rooms", {"kind": "public", "name": "New", "topic": link}),
    ]
    for door in doors:
        assert refusal(door(Api(bob))) == (403, "links.paused")
    assert Api(bob).patch("/me", {"status_text": "no link: //x"}).status_code == 200
    assert Api(mod).patch("/me", {"status_text": link}).status_code == 200
    resume(actor=mod, what="links")
    for door in doors:
        assert door(Api(bob)).status_code < 300
