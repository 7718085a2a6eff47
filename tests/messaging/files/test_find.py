"""Messages are found by their files: by what they have and by the files' names, in one's own rooms, as they change."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from accounts.models import User
from core.ids import IdMaker
from messaging.services.changing import delete_message, edit_message
from messaging.services.moderating import restore_message
from messaging.services.pinning import pin_message
from messaging.store import rows
from rooms.models import Room
from rooms.services.rooms import open_direct_room
from tests.clients import Api
from tests.core.storage.places import Place
from tests.factories import make_room, say
from tests.messaging.files.browser import png, sent, upload

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.parametrize("shelf", ["local"], indirect=True),
]
PAPER = b"%PDF-1.7 x"
NOTHING: dict[str, Any] = {"results": [], "users": [], "next": None, "complete": True, "count": 0, "more": False}


def found(person: User, q: str, **more: Any) -> list[str]:
    answer = Api(person).get("/search", {"q": q, **more})
    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert told["count"] == len(told["results"])
    return [hit["message_id"] for hit in told["results"]]


@pytest.fixture
def said(shelf: Place, alice: User, bob: User, general: Room) -> dict[str, str]:
    """Return the ids of some messages, oldest first, of which the last is elsewhere."""
    other = make_room(alice, bob, name="Other")
    return {
        "words": say(alice, general, "the budget").id,
        "link": say(alice, general, "the budget: https://example.org/a").id,
        "paper": sent(shelf, bob, general, PAPER, "Budget 2026 (final).pdf").id,
        "picture": sent(shelf, alice, general, png(), "Überblick.png", "a picture of the budget").id,
        "elsewhere": sent(shelf, alice, other, PAPER, "budget-2027.pdf").id,
    }


@pytest.mark.parametrize(
    ("q", "names"),
    [
        ("has:file", ["elsewhere", "picture", "paper"]),
        ("has:image", ["picture"]),
        ("has:link", ["link"]),
        ("has:file -has:image", ["elsewhere", "paper"]),
        ("budget -has:file", ["link", "words"]),
        ("has:file has:link", []),
        ("budget", ["elsewhere", "picture", "paper", "link", "words"]),
        ("2026", ["paper"]),
        ("final.pdf", []),
        ("(final).pdf", ["paper"]),
        ('"budget 2026"', ["paper"]),
        ("budget-2027", ["elsewhere"]),
        ("uberblick", ["picture"]),
        ("blick.png", ["picture"]),
        (".pdf", ["elsewhere", "paper"]),
        ("has:file from:bob", ["paper"]),
        ("has:file from:me", ["paper"]),
        ("has:file -from:@alice", ["paper"]),
        ("has:file in:general", ["picture", "paper"]),
        ("has:file in:#other", ["elsewhere"]),
        ("has:file -in:other budget", ["picture", "paper"]),
        ("has:file on:today", ["elsewhere", "picture", "paper"]),
        ("has:file before:today", []),
        ("has:file after:yesterday", ["elsewhere", "picture", "paper"]),
        ("has:file after:today", []),
    ],
)
def test_what_each_search_finds(q: str, names: list[str], said: dict[str, str], bob: User, carol: User) -> None:
    assert found(bob, q) == [said[name] for name in names]
    answer = Api(carol).get("/search", {"q": q}).json()
    del answer["unknown"]
    assert answer == NOTHING


def test_where_only_a_name_was_found_it_is_shown_and_marked(said: dict[str, str], bob: User) -> None:
    [hit] = Api(bob).get("/search", {"q": "2026"}).json()["results"]
    [[start, end]] = hit["found"]
    assert (hit["text"], hit["text"][start:end], hit["has"]) == ("Budget 2026 (final).pdf", "2026", ["file"])
    [picture] = Api(bob).get("/search", {"q": "has:image"}).json()["results"]
    assert picture["has"] == ["file", "image"]


def test_a_file_that_was_taken_out_is_found_no_more(shelf: Place, alice: User, bob: User, general: Room) -> None:
    paper, picture = upload(shelf, bob, general, PAPER, "plan.pdf"), upload(shelf, bob, general, png(), "sea.png")
    message = say(bob, general, "look", file_ids=[int(paper["id"]), int(picture["id"])])
    assert found(alice, "plan has:image") == [message.id]
    edit_message(actor=bob, message_id=int(message.id), text="look", file_ids=[int(paper["id"])])
    assert found(alice, "sea") == found(alice, "has:image") == []
    assert found(alice, "plan has:file") == [message.id]
    edit_message(actor=bob, message_id=int(message.id), text="look", file_ids=[])
    assert found(alice, "plan") == found(alice, "has:file") == []


def test_deleted_it_is_gone_at_once_and_restored_it_is_there(
    shelf: Place, alice: User, bob: User, general: Room
) -> None:
    message = sent(shelf, bob, general, PAPER, "plan.pdf")
    pin_message(actor=alice, message_id=int(message.id))
    assert found(bob, "is:pinned has:file plan") == [message.id]
    delete_message(actor=alice, message_id=int(message.id))
    for q in ("plan", "has:file", "is:pinned", "from:bob"):
        assert found(bob, q) == []
    restore_message(actor=alice, message_id=int(message.id))
    assert found(bob, "plan has:file") == [message.id]


def test_between_two_people_and_no_others(shelf: Place, alice: User, bob: User, carol: User, general: Room) -> None:
    direct = open_direct_room(actor=alice, user_ids=[bob.pk])[0].room
    message = sent(shelf, bob, direct, PAPER, "between-us.pdf")
    sent(shelf, bob, general, PAPER, "for-all.pdf")
    assert found(alice, "has:file in:@bob") == found(bob, "between-us in:@alice") == [message.id]
    assert found(carol, "has:file in:@bob") == found(carol, "between-us") == []


def test_days_are_those_of_the_time_zone(
    shelf: Place, bob: User, general: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A minute past midnight in Tokyo is the day before in New York, and in UTC."""
    moment = (timezone.now() - timedelta(days=10)).replace(hour=15, minute=1)
    with time_machine.travel(moment, tick=True), monkeypatch.context() as then:
        then.setattr(rows, "next_id", IdMaker())
        message = sent(shelf, bob, general, PAPER, "plan.pdf")
    day, following = f"{moment:%Y-%m-%d}", f"{moment + timedelta(days=1):%Y-%m-%d}"
    assert found(bob, f"has:file on:{following}", tz="Asia/Tokyo") == [message.id]
    assert found(bob, f"has:file on:{day}", tz="Asia/Tokyo") == []
    for zone in ("UTC", "America/New_York"):
        assert found(bob, f"plan on:{day}", tz=zone) == [message.id]
        assert found(bob, f"plan after:{day}", tz=zone) == []
        assert found(bob, f"plan before:{following}", tz=zone) == [message.id]
