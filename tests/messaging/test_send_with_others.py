"""Messages over REST that come at the same time: kept together, each answered as if alone."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from accounts.models import User
from messaging.models import Message
from rooms.models import Room
from tests.clients import Api, refusal
from tests.conftest import Published
from tests.factories import make_room, say
from tests.order import assert_no_holes

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 12


def sent_at_once(client: Api, room: Room, texts: list[str], keys: list[str]) -> list[Any]:
    def send(text: str, key: str) -> Any:
        try:
            return client.post(f"/rooms/{room.pk}/messages", {"client_id": key, "text": text})
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(send, texts, keys))


def keys(count: int) -> list[str]:
    return [str(uuid.uuid4()) for _ in range(count)]


def test_each_is_kept_once_in_order_and_told(bob: User, general: Room, published: Published) -> None:
    texts = [f"number {number}" for number in range(40)]
    general.refresh_from_db()
    published.clear()
    answers = sent_at_once(Api(bob), general, texts, keys(40))
    assert [(answer.status_code, answer.json()["text"]) for answer in answers] == [(201, text) for text in texts]
    assert_no_holes(published, general)
    assert published.types == ["message.created"] * 40
    assert {event["rev"] for event in published.events} == {answer.json()["rev"] for answer in answers}


def test_retries_at_once_are_one_message(bob: User, general: Room) -> None:
    answers = sent_at_once(Api(bob), general, ["again"] * AT_ONCE, keys(1) * AT_ONCE)
    assert sorted(answer.status_code for answer in answers) == [200] * (AT_ONCE - 1) + [201]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert Message.objects.filter(text="again").count() == 1


def test_a_refusal_is_one_persons_alone(bob: User, general: Room) -> None:
    taken = say(bob, general, "first").client_id
    texts = ["fine", "   ", "other"] * 4
    answers = sent_at_once(Api(bob), general, texts, [*keys(2), taken] * 4)
    for text, answer in zip(texts, answers, strict=True):
        expected = {"fine": None, "   ": (400, "invalid"), "other": (409, "client_id.reused")}[text]
        assert (None if answer.status_code in (200, 201) else refusal(answer)) == expected


def test_outsiders_get_nowhere_in_company(bob: User, carol: User, general: Room, published: Published) -> None:
    hers = make_room(carol, name="Hers")
    published.clear()
    answers = sent_at_once(Api(carol), general, ["let me in"] * AT_ONCE, keys(AT_ONCE))
    assert {refusal(answer) for answer in answers} == {(404, "not_found")}
    assert not published
    assert sent_at_once(Api(carol), hers, ["mine"], keys(1))[0].status_code == 201
