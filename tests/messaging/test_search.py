"""Search through its door: only in one's own rooms, at once as messages change, a page at a time."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from accounts.models import User
from core.ids import IdMaker
from messaging import search
from messaging.search import Wanted
from messaging.services import indexing, searching
from messaging.services.changing import delete_message, edit_message
from messaging.services.reacting import add_reaction
from messaging.store import rows
from rooms.models import Room
from rooms.services.members import add_member, leave_room, remove_member
from rooms.services.rooms import open_direct_room
from tests.accounts.racing import at_once, refusals
from tests.clients import Api, refusal, wrong_fields
from tests.factories import make_room, make_user, say
from tests.jobs import Jobs
from tests.limits import limited

pytestmark = pytest.mark.django_db(transaction=True)


def found(user: User, q: str, **more: Any) -> list[str]:
    """Return the ids of what the person finds."""
    answer = Api(user).get("/search", {"q": q, **more})
    assert answer.status_code == 200, answer.content
    return [hit["message_id"] for hit in answer.json()["results"]]


def test_a_message_is_found_at_once_with_what_a_list_needs(alice: User, bob: User, general: Room) -> None:
    sent = say(alice, general, "Release the kraken")
    told = Api(bob).get("/search", {"q": "kraken"}).json()
    (hit,) = told["results"]
    assert hit == {
        "message_id": sent.id, "room_id": str(general.pk), "seq": sent.seq, "author_id": str(alice.pk),
        "created_at": sent.created_at, "edited_at": None, "pinned": False, "has": [], "text": "Release the kraken",
        "found": [[12, 18]], "cut_before": False, "cut_after": False,
    }  # fmt: skip
    assert [user["username"] for user in told["users"]] == ["alice"]
    assert (told["count"], told["more"], told["next"], told["complete"], told["unknown"]) == (1, False, None, True, [])


def test_an_outsider_finds_nothing_and_learns_no_count(alice: User, carol: User, general: Room) -> None:
    say(alice, general, "kraken")
    say(carol, make_room(carol), "of my own")
    nothing: dict[str, Any] = {"results": [], "users": [], "next": None, "complete": True, "count": 0, "more": False}
    for q in ("kraken", "kraken from:alice", "from:alice", "kr", "in:general kraken", "on:today kraken"):
        answer = Api(carol).get("/search", {"q": q}).json()
        unknown = answer.pop("unknown")
        assert answer == nothing, q
        assert unknown == (["in:general"] if "in:" in q else []), q  # as for a room that never was
    for room in (str(general.pk), "1234567890", "x"):
        told = Api(carol).get("/search", {"q": "kraken", "room": room})
        assert told.status_code in (400, 404)
        if room != "x":
            assert refusal(told) == (404, "not_found")


def test_whoever_left_or_was_removed_finds_nothing_there_any_more(
    alice: User, bob: User, carol: User, general: Room
) -> None:
    add_member(actor=alice, room_id=general.pk, user_id=carol.pk)
    say(alice, general, "kraken")
    assert len(found(bob, "kraken")) == len(found(carol, "kraken")) == 1
    leave_room(actor=bob, room_id=general.pk)
    remove_member(actor=alice, room_id=general.pk, user_id=carol.pk)
    assert found(bob, "kraken") == found(carol, "kraken") == []
    assert found(bob, "from:me") == []


def test_a_public_room_is_searched_by_its_members_alone(alice: User, bob: User, carol: User) -> None:
    say(alice, make_room(alice, bob, kind="public"), "kraken")
    assert len(found(bob, "kraken")) == 1
    assert found(carol, "kraken") == []


def test_edits_and_deletions_show_at_once(alice: User, bob: User, general: Room) -> None:
    sent = say(alice, general, "kraken")
    assert found(bob, "kraken") == [sent.id]
    edit_message(actor=alice, message_id=int(sent.id), text="leviathan")
    assert search.kept([int(sent.id)]) == {}  # nothing of the old text stays behind until somebody searches
    assert found(bob, "kraken") == []
    assert found(bob, "leviathan") == [sent.id]
    delete_message(actor=alice, message_id=int(sent.id))
    assert search.kept([int(sent.id)]) == {}
    assert found(bob, "leviathan") == found(bob, "from:alice") == []


def test_a_reaction_takes_nothing_in_anew(
    alice: User, bob: User, general: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = say(alice, general, "kraken")
    assert found(bob, "kraken") == [sent.id]
    add_reaction(actor=bob, message_id=int(sent.id), emoji="👍")
    kept: list[Any] = []
    monkeypatch.setattr(search, "put", lambda entries, ids: kept.extend(entries))
    assert found(bob, "kraken") == [sent.id]
    assert kept == []


def test_pages_follow_each_other_newest_first_without_gap_or_repetition(alice: User, bob: User, general: Room) -> None:
    sent = [say(alice, general, f"kraken {number}").id for number in range(25)]
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        told = Api(bob).get("/search", {"q": "kraken", "limit": 10, "cursor": cursor}).json()
        assert ("count" in told) is (cursor == "")
        if cursor == "":
            say(alice, general, "kraken, too late")  # what comes in between shifts nothing
        seen += [hit["message_id"] for hit in told["results"]]
        cursor = told["next"]
    assert seen == sent[::-1]


def test_the_count_ends_somewhere(alice: User, bob: User, general: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "MOST_COUNTED", 3)
    for _ in range(5):
        say(alice, general, "kraken")
    told = Api(bob).get("/search", {"q": "kraken", "limit": 2}).json()
    assert (told["count"], told["more"], len(told["results"])) == (3, True, 2)


def test_the_best_come_first_where_they_are_wanted(alice: User, bob: User, general: Room) -> None:
    whole = say(alice, general, "the release")
    twice = say(alice, general, "release, and release again")
    together = say(alice, general, "release notes of today")
    part = say(alice, general, "prereleased")
    assert found(bob, "release") == [part.id, together.id, twice.id, whole.id]
    best = found(bob, "release", sort="best")
    assert best[0] == twice.id
    assert best[-1] == part.id
    assert found(bob, "release notes", sort="best") == [together.id]
    first = Api(bob).get("/search", {"q": "release", "sort": "best", "limit": 3}).json()
    second = found(bob, "release", sort="best", limit=3, cursor=first["next"])
    assert [hit["message_id"] for hit in first["results"]] + second == best


def test_one_room_alone(alice: User, bob: User, general: Room) -> None:
    other = make_room(alice, bob, name="Other")
    first, second = say(alice, general, "kraken"), say(alice, other, "kraken")
    assert found(bob, "kraken") == [second.id, first.id]
    assert found(bob, "kraken", room=str(general.pk)) == [first.id]
    assert found(bob, "kraken in:other", room=str(general.pk)) == []


def test_the_conversation_with_somebody(alice: User, bob: User, carol: User, general: Room) -> None:
    direct = open_direct_room(actor=alice, user_ids=[bob.pk])[0].room
    three = open_direct_room(actor=alice, user_ids=[bob.pk, carol.pk])[0].room
    sent = say(bob, direct, "kraken")
    say(bob, three, "kraken")
    say(bob, general, "kraken")
    assert found(alice, "kraken in:@bob") == [sent.id]
    assert found(bob, "kraken in:@alice") == [sent.id]
    assert found(carol, "kraken in:@alice") == []


def test_days_bound_what_is_found(alice: User, bob: User, general: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    now = timezone.now()
    with time_machine.travel(now - timedelta(days=400), tick=True), monkeypatch.context() as then:
        then.setattr(rows, "next_id", IdMaker())
        old = say(alice, general, "kraken")
    new = say(alice, general, "kraken")
    year = (now - timedelta(days=400)).year
    assert found(bob, f"kraken before:{now:%Y-%m-%d}") == [old.id]
    assert found(bob, f"kraken after:{year}") == ([new.id] if year < now.year else [])
    assert found(bob, "kraken on:today", tz="UTC") == [new.id]
    assert found(bob, "kraken") == [new.id, old.id]
    assert found(bob, "kraken before:9990") == [new.id, old.id]
    assert found(bob, "kraken after:9990") == found(bob, "kraken before:0001") == []


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"q": ""}, "search.empty"),
        ({"q": '""'}, "search.empty"),
        ({"q": "x" * 501}, "search.too_long"),
        ({"q": "a b c d e f g h i j k l m n o p q r s t u"}, "search.too_many"),
    ],
)
def test_what_cannot_be_searched_has_a_code(bob: User, query: dict[str, str], code: str) -> None:
    assert refusal(Api(bob).get("/search", query)) == (400, code)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({}, "q"), ({"q": "x", "tz": "Mars/Olympus"}, "tz"), ({"q": "x", "tz": "../etc/passwd"}, "tz"),
        ({"q": "x", "sort": "worst"}, "sort"), ({"q": "x", "cursor": "x"}, "cursor"), ({"q": "x", "limit": "101"}, "limit"),
        ({"q": "x\0"}, "q"), ({"q": "x" * 2001}, "q"),
    ],
)  # fmt: skip
def test_a_wrong_parameter_is_named(bob: User, query: dict[str, str], field: str) -> None:
    assert wrong_fields(Api(bob).get("/search", query)) == {field}


def test_searches_are_limited(bob: User) -> None:
    with limited():
        answers = [Api(bob).get("/search", {"q": "x"}) for _ in range(searching.SEARCHES.times + 1)]
    assert refusal(answers[-1]) == (429, "rate_limited")
    assert answers[-2].status_code == 200


def test_what_is_too_much_to_wait_for_is_left_to_a_job(
    alice: User, bob: User, general: Room, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "MOST_TAKEN_IN", 1)
    monkeypatch.setattr(indexing, "BATCH", 2)
    sent = [say(alice, general, "kraken").id for _ in range(5)]
    told = Api(bob).get("/search", {"q": "kraken"}).json()
    assert not told["complete"]
    assert told["count"] < 5
    assert [name for name, _ in jobs.pending] == ["take_in_all"]
    jobs.run()
    assert found(bob, "kraken") == sent[::-1]
    assert indexing.behind() == 0


def test_several_who_search_at_once_take_everything_in_once(published: object) -> None:
    alice = make_user("alice")
    room = make_room(alice)
    for number in range(60):
        say(alice, room, f"kraken {number}")
    look: Any = partial(searching.search_messages, actor=alice, q="kraken", limit=100)
    results: Any = at_once([look] * 6)
    assert refusals(results) == []
    assert [result.count for result in results] == [60] * 6
    assert len(search.find(Wanted(rooms=(room.pk,), size=60, words=("kraken",)), 100)) == 60


def test_no_room_no_search(alice: User, general: Room) -> None:
    say(alice, general, "kraken")
    assert found(alice, "kraken") != []
    assert search.find(Wanted(rooms=(), words=("kraken",)), 10) == []
