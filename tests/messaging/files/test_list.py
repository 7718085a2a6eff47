"""Files and links of a room: newest first, page by page, only for those who are in it."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from messaging.services.changing import delete_message
from rooms.models import Room
from tests.clients import Api, refusal, wrong_fields
from tests.core.storage.places import Place
from tests.factories import make_room, say
from tests.messaging.files.browser import png, sent

pytestmark = pytest.mark.django_db(transaction=True)


def _listed(person: User, room: Room, kind: str, **more: Any) -> tuple[list[str], bool]:
    page = Api(person).get(f"/rooms/{room.pk}/files", {"kind": kind, **more}).json()
    return [message["id"] for message in page["messages"]], page["has_before"]


def test_each_kind_newest_first(shelf: Place, alice: User, bob: User, general: Room) -> None:
    say(bob, general, "plain")
    picture = sent(shelf, bob, general, png()).id
    paper = sent(shelf, bob, general, b"%PDF-1.7", "a.pdf", "see https://example.org").id
    link = say(alice, general, "https://example.org").id
    sent(shelf, bob, make_room(bob), png())
    assert _listed(alice, general, "image") == ([picture], False)
    assert _listed(alice, general, "file") == ([paper, picture], False)
    assert _listed(alice, general, "link") == ([link, paper], False)
    delete_message(actor=bob, message_id=int(picture))
    assert _listed(alice, general, "image") == ([], False)


def test_pages_go_on_where_the_last_one_ended(alice: User, general: Room) -> None:
    sent_ones = [say(alice, general, f"https://example.org/{number}") for number in range(7)]
    first, more = _listed(alice, general, "link", limit=3)
    assert (first, more) == ([message.id for message in sent_ones[:3:-1]], True)
    rest, more = _listed(alice, general, "link", limit=4, before=sent_ones[4].seq)
    assert (rest, more) == ([message.id for message in sent_ones[3::-1]], False)


def test_outsiders_find_nothing(shelf: Place, bob: User, carol: User, general: Room) -> None:
    sent(shelf, bob, general, png())
    assert refusal(Api(carol).get(f"/rooms/{general.pk}/files", {"kind": "image"})) == (404, "not_found")
    assert wrong_fields(Api(bob).get(f"/rooms/{general.pk}/files", {"kind": "secrets"})) == {"kind"}


def test_among_the_results_of_a_search_a_file_without_words_is_its_name(
    shelf: Place, alice: User, bob: User, general: Room
) -> None:
    sent(shelf, alice, general, png(), name="red.png")
    sent(shelf, alice, general, png(), name="blue.png", text="a colour")
    hits = Api(bob).get("/search", {"q": "has:image"}).json()["results"]
    assert [hit["text"] for hit in hits] == ["a colour\nblue.png", "red.png"]
