"""What searches of other chats miss (parts of words, scripts without spaces, paths, code, signs) is found, exactly."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from accounts.models import User
from messaging.services.pinning import pin_message
from tests.clients import Api
from tests.factories import make_room, say

pytestmark = pytest.mark.django_db(transaction=True)
CORPUS: dict[str, Any] = json.loads(Path(__file__).with_name("nasty.json").read_text(encoding="utf-8"))


@pytest.fixture
def said(alice: User, bob: User) -> dict[str, str]:
    """Return the ids of everything that was said, by the names of the corpus."""
    general, plans = make_room(alice, bob, name="General"), make_room(alice, bob, name="Plans")
    secret = make_room(alice, name="Secret")
    ids: dict[str, str] = {}
    for room, author, texts in (
        (general, alice, CORPUS["messages"]),
        (general, bob, CORPUS["by_bob"]),
        (plans, alice, CORPUS["elsewhere"]),
    ):
        ids |= {name: say(author, room, text).id for name, text in texts.items()}
    for text in CORPUS["messages"].values():  # the same again, where only alice is
        say(alice, secret, text)
    pin_message(actor=alice, message_id=int(ids["heart"]))
    return ids


def test_every_query_finds_exactly_what_it_must(said: dict[str, str], bob: User, carol: User) -> None:
    names = {message_id: name for name, message_id in said.items()}
    api, stranger = Api(bob), Api(carol)
    wrong = {}
    for query, expected in CORPUS["queries"]:
        answer = api.get("/search", {"q": query, "limit": 100})
        assert answer.status_code == 200, (query, answer.content)
        found = answer.json()
        got = [names.get(hit["message_id"], "another room's") for hit in found["results"]]
        if sorted(got) != sorted(expected) or found["count"] != len(expected) or not found["complete"]:
            wrong[query] = (got, expected, found["count"])
        nothing = stranger.get("/search", {"q": query}).json()
        assert (nothing["results"], nothing["users"], nothing["count"], nothing["more"]) == ([], [], 0, False), query
    assert wrong == {}


def test_there_are_a_hundred_of_them_and_more() -> None:
    assert len({query for query, _ in CORPUS["queries"]}) == len(CORPUS["queries"]) >= 100


def test_what_is_found_is_shown(said: dict[str, str], bob: User) -> None:
    """Where a query finds words, at least one of them is marked in the text that is shown."""
    api = Api(bob)
    words = [(query, names) for query, names in CORPUS["queries"] if names and ":" not in query.replace("::", "")]
    for query, _ in words:
        for hit in api.get("/search", {"q": query, "limit": 100}).json()["results"]:
            units = hit["text"].encode("utf-16-le")
            marked = [units[2 * start : 2 * end].decode("utf-16-le") for start, end in hit["found"]]
            assert marked and all(marked), (query, hit)
