from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from messaging import store
from messaging.models import Message
from messaging.services.history import page_of
from messaging.services.reacting import add_reaction
from messaging.store import Row
from rooms.models import Room
from rooms.services.members import change_role
from tests.clients import Api, refusal, wrong_fields
from tests.factories import make_room, say

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)


def _page(person: User, room: Room, **query: Any) -> Any:
    answer = Api(person).get(f"/rooms/{room.pk}/messages", query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def _texts(page: Any) -> list[str]:
    return [message["text"] for message in page["messages"]]


@pytest.fixture
def talk(alice: User, bob: User, general: Room) -> Room:
    """Return the room with the messages 0 to 99 of one and the same millisecond, and changes without messages between."""
    with time_machine.travel(NOW, tick=False):
        for number in range(100):
            sent = say(alice, general, str(number))
            if number % 7 == 0:
                add_reaction(actor=bob, message_id=int(sent.id), emoji="👍")
    assert len(set(Message.objects.values_list("created_at", flat=True))) == 1
    general.refresh_from_db()
    return general


def _numbers(first: int, last: int) -> list[str]:
    return [str(number) for number in range(first, last + 1)]


def _seqs(room: Room) -> list[int]:
    return list(Message.objects.filter(room=room).order_by("seq").values_list("seq", flat=True))


def test_without_a_place_it_is_the_newest_oldest_first(bob: User, talk: Room) -> None:
    page = _page(bob, talk)
    assert _texts(page) == _numbers(50, 99)
    assert (page["has_before"], page["has_after"]) == (True, False)
    assert page.items() >= {"room_id": str(talk.pk), "epoch": talk.epoch, "rev": talk.rev, "quoted": []}.items()
    assert [user["username"] for user in page["users"]] == ["alice"]


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 33, 50, 99, 100])
def test_pages_of_one_millisecond_skip_none_and_repeat_none(bob: User, talk: Room, limit: int) -> None:
    page = _page(bob, talk, limit=limit)
    up = _texts(page)
    while page["has_before"]:
        page = _page(bob, talk, limit=limit, before=page["messages"][0]["seq"])
        up = _texts(page) + up
    down: list[str] = []
    place, more = 0, True
    while more:
        page = _page(bob, talk, limit=limit, after=place)
        down += _texts(page)
        place, more = page["messages"][-1]["seq"], page["has_after"]
    assert up == down == _numbers(0, 99)


def test_what_is_sent_between_two_pages_moves_nothing(alice: User, bob: User, talk: Room) -> None:
    first = _page(bob, talk, limit=30)
    for _ in range(5):
        say(alice, talk, "meanwhile")
    second = _page(bob, talk, limit=30, before=first["messages"][0]["seq"])
    assert _texts(second) + _texts(first) == _numbers(40, 99)


@pytest.mark.parametrize(
    ("at", "shown", "before", "after"),
    [
        (0, (0, 4), False, True),
        (2, (0, 6), False, True),
        (5, (0, 9), False, True),
        (50, (45, 54), True, True),
        (97, (92, 99), True, False),
        (99, (94, 99), True, False),
    ],
)
def test_around_a_message(bob: User, talk: Room, at: int, shown: tuple[int, int], before: bool, after: bool) -> None:
    page = _page(bob, talk, around=_seqs(talk)[at], limit=10)
    assert _texts(page) == _numbers(*shown)
    assert (page["has_before"], page["has_after"]) == (before, after)


def test_around_a_place_without_a_message_and_beyond_both_ends(bob: User, talk: Room) -> None:
    seqs = _seqs(talk)
    gap = next(place for place in range(seqs[0], seqs[-1]) if place not in seqs)
    between = [message["seq"] for message in _page(bob, talk, around=gap, limit=10)["messages"]]
    assert between == sorted(seqs, key=lambda seq: (seq < gap, abs(seq - gap)))[:5] or gap not in between
    assert _texts(_page(bob, talk, around=0, limit=10)) == _numbers(0, 4)
    assert _texts(_page(bob, talk, around=2**53, limit=10)) == _numbers(95, 99)
    assert _texts(_page(bob, talk, around=seqs[50], limit=1)) == ["50"]


def test_an_empty_page_knows_what_lies_before_and_after_it(bob: User, talk: Room) -> None:
    seqs = _seqs(talk)
    end = _page(bob, talk, after=seqs[-1])
    assert (end["messages"], end["has_before"], end["has_after"]) == ([], True, False)
    start = _page(bob, talk, before=seqs[0])
    assert (start["messages"], start["has_before"], start["has_after"]) == ([], False, True)


@pytest.mark.parametrize(("read", "query"), [("newest", {}), ("newer", {"around": 1}), ("newer", {"after": 1})])
def test_what_comes_while_a_page_is_read_is_not_said_to_lie_after_it(
    alice: User, general: Room, monkeypatch: pytest.MonkeyPatch, read: str, query: dict[str, int]
) -> None:
    """A client that has reached the present would wait for a page that it never asks for, and show nothing."""
    reading = getattr(store, read)

    def overtaken(*given: Any) -> list[Row]:
        rows: list[Row] = reading(*given)
        if not Message.objects.exists():
            say(alice, general, "meanwhile")
        return rows

    monkeypatch.setattr(store, read, overtaken)
    page = _page(alice, general, **query)
    assert (page["messages"], page["has_after"]) == ([], False)
    assert page["rev"] < Room.objects.get(pk=general.pk).rev


def test_an_empty_room_has_an_empty_page(alice: User) -> None:
    room = make_room(alice)
    for query in ({}, {"before": 9}, {"after": 0}, {"around": 5}):
        page = _page(alice, room, **query)
        assert (page["messages"], page["has_before"], page["has_after"]) == ([], False, False)
        assert page["rev"] == room.rev


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=st.sampled_from(["before", "after", "around"]), place=st.integers(-2, 125), limit=st.integers(1, 100))
def test_has_before_and_has_after_always_tell_the_truth(
    bob: User, talk: Room, where: str, place: int, limit: int
) -> None:
    seqs = _seqs(talk)
    asked: dict[str, int | None] = {"before": None, "after": None, "around": None, where: max(seqs[0] + place, 0)}
    page = page_of(actor=bob, room_id=talk.pk, limit=limit, **asked)
    shown = [message.seq for message in page.messages]
    assert len(shown) <= limit
    if shown:
        at = seqs.index(shown[0])
        assert shown == seqs[at : at + len(shown)]
        assert (page.has_before, page.has_after) == (at > 0, at + len(shown) < len(seqs))
    else:
        assert page.has_before != page.has_after


def test_an_outsider_reads_nothing_not_even_of_a_public_room(
    alice: User, carol: User, admin: User, general: Room
) -> None:
    public = make_room(alice, kind="public")
    for room in (general, public):
        sent = say(alice, room)
        for person in (carol, admin):
            assert refusal(Api(person).get(f"/rooms/{room.pk}/messages")) == (404, "not_found")
            assert refusal(Api(person).get(f"/messages/{sent.id}")) == (404, "not_found")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": "0"}, "limit"),
        ({"limit": "101"}, "limit"),
        ({"limit": "x"}, "limit"),
        ({"before": "-1"}, "before"),
        ({"after": "x"}, "after"),
        ({"around": str(2**53 + 1)}, "around"),
        ({"cursor": "x"}, "cursor"),
    ],
)
def test_what_is_wrong_is_refused_by_name(bob: User, general: Room, query: dict[str, str], field: str) -> None:
    assert wrong_fields(Api(bob).get(f"/rooms/{general.pk}/messages", query)) == {field}


def test_only_one_place_can_be_asked_for(bob: User, general: Room) -> None:
    answer = Api(bob).get(f"/rooms/{general.pk}/messages", {"before": 5, "after": 1})
    assert refusal(answer) == (400, "invalid")


def test_the_rev_counts_what_is_no_message_too(alice: User, bob: User, talk: Room) -> None:
    change_role(actor=alice, room_id=talk.pk, user_id=bob.pk, role="moderator")
    assert _page(bob, talk)["rev"] == talk.rev + 1
