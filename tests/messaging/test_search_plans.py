"""How each engine finds: by its indexes, newest first, without reading or sorting everything."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from accounts.models import User
from config.doctor import search as doctor
from config.doctor.finding import Level
from messaging import search
from messaging.search import Entry, Wanted
from messaging.search.folding import fold
from messaging.search.short import short_tokens
from messaging.services.indexing import behind, catch_up
from rooms.models import Room
from tests.clients import Api
from tests.engines import engine, on_mongodb
from tests.factories import say

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 50_000


def entry(number: int, text: str, room: int = 1) -> Entry:
    folded = fold(text)
    return Entry(number, room, 7, 1, 0, folded, frozenset(short_tokens(folded)))


@pytest.fixture
def large() -> Wanted:
    """Fill the index with what a large site has; return a search of all of it."""
    entries = [entry(number, f"common words about {number:05d} 天气") for number in range(1, 4_001)]
    entries += [entry(9_001, "the needle 北京"), entry(9_002, "another room's needle", room=2)]
    search.put(entries, [one.id for one in entries])
    if connection.vendor in ("sqlite", "postgresql"):
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return Wanted(rooms=(1,), size=MANY)


def plan(wanted: Wanted) -> str:
    if connection.vendor == "sqlite":
        from messaging.search.sqlite import explain
    else:
        from messaging.search.postgres import explain
    return "\n".join(explain(wanted))


@pytest.mark.skipif(on_mongodb(), reason="MongoDB's plans: below")
@pytest.mark.parametrize(
    ("words", "index"),
    [
        (("needle",), "messaging_search_letters"),
        (("needle", "北京"), "messaging_search_"),
        (("北京",), "messaging_search_words"),
    ],
)
def test_words_are_found_by_an_index(large: Wanted, words: tuple[str, ...], index: str) -> None:
    told = plan(large._replace(words=words))
    assert index in told
    assert "SCAN messaging_search\n" not in told and "Seq Scan" not in told and "TEMP B-TREE" not in told


@pytest.mark.skipif(on_mongodb(), reason="MongoDB's plans: below")
def test_without_words_the_newest_are_read_in_order(large: Wanted) -> None:
    for wanted in (large, large._replace(authors=(7,)), large._replace(has=(1,)), large._replace(size=10)):
        told = plan(wanted)
        assert "TEMP B-TREE" not in told or "messaging_search_author" in told or "messaging_search_room" in told
        assert "Seq Scan" not in told


@pytest.mark.skipif(not on_mongodb(), reason="MongoDB alone")
def test_the_collection_is_entered_with_the_rarest_letters(large: Wanted) -> None:
    from messaging.search.mongo import asked

    wanted = asked(large._replace(words=("the", "jazz", "北京")))
    assert wanted["$and"][:2] == [{"room_id": {"$in": [1]}}, {"grams": "北京"}]
    assert asked(large._replace(words=("the", "jazz")))["$and"][1] == {"grams": "azz"}
    data = connection.connection[connection.settings_dict["NAME"]]
    command = {"find": "messaging_search", "filter": wanted, "sort": {"_id": -1}, "limit": 20}
    told: Any = data.command("explain", command, verbosity="queryPlanner")
    assert "messaging_search_grams" in str(told["queryPlanner"]["winningPlan"])


def test_every_way_finds_the_same(large: Wanted) -> None:
    few = large._replace(size=4_001)
    for words in (("needle",), ("needle", "北京"), ("北京",), ("the", "北京")):
        assert search.find(large._replace(words=words), 10) == search.find(few._replace(words=words), 10) == [9_001]
    newest = list(range(4_000, 3_990, -1))
    for words in (("common",), ("天气",), ("天气", "about")):
        assert search.find(large._replace(words=words), 10) == search.find(few._replace(words=words), 10) == newest
    for words in (("00017",), ("00017", "天")):
        assert search.find(large._replace(words=words), 10) == search.find(few._replace(words=words), 10) == [17]
    assert search.find(large._replace(words=("needle",), rooms=(2,)), 10) == [9_002]
    assert search.find(large._replace(words=("needle",), rooms=(1, 2)), 10) == [9_002, 9_001]
    assert search.find(large._replace(words=("common",), without=("00499",), below=500), 2) == [498, 497]
    assert search.find(large._replace(words=("common",), without=("0399",)), 1) == [4_000]
    assert search.find(large._replace(words=("common",), above=3_998), 9) == [4_000, 3_999]
    assert search.find(large._replace(words=("common",), not_authors=(7,)), 9) == []
    assert search.find(large._replace(authors=(8,)), 9) == []


def test_what_was_there_before_the_index_is_taken_in(alice: User, general: Room) -> None:
    sent = [say(alice, general, f"kraken {number}").id for number in range(3)]
    assert behind() > 0
    catch_up()
    assert behind() == 0
    assert sorted(search.kept(list(map(int, sent)))) == sorted(map(int, sent))


def test_the_doctor_misses_what_is_gone_and_reindexing_mends_it(alice: User, general: Room) -> None:
    sent = say(alice, general, "kraken")
    assert [finding.level for finding in doctor.check()] == [Level.OK]
    _break()
    (finding,) = doctor.check()
    assert finding.level is Level.PROBLEM
    assert "reindex_search" in finding.mend
    call_command("reindex_search", "--anew", verbosity=0)
    assert [finding.level for finding in doctor.check()] == [Level.OK]
    assert [hit["message_id"] for hit in Api(alice).get("/search", {"q": "kraken"}).json()["results"]] == [sent.id]


def _break() -> None:
    if on_mongodb():
        data = connection.connection[connection.settings_dict["NAME"]]
        data["messaging_search"].drop_index("messaging_search_grams")
        return
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX messaging_search_author")
        kind = "TRIGGER messaging_search_added" if engine() == "sqlite" else "INDEX messaging_search_letters"
        cursor.execute(f"DROP {kind}")
