"""What a message has besides words is kept with it, at once and without asking the database more."""

from __future__ import annotations

import pytest

from accounts.models import User
from messaging.contents import Has
from messaging.links import links_in
from messaging.models import Message
from messaging.services.changing import delete_message, edit_message
from rooms.models import Room
from tests.factories import say

pytestmark = pytest.mark.django_db(transaction=True)


def _has(message_id: str) -> Has:
    return Has(Message.objects.get(pk=int(message_id)).has)


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("see https://example.org/a?b=c#d.", ["https://example.org/a?b=c#d"]),
        ("(https://example.org/a_(b)), HTTP://EXAMPLE.ORG!", ["https://example.org/a_(b)", "HTTP://EXAMPLE.ORG"]),
        ("<https://example.org> [x](https://example.org/y)", ["https://example.org", "https://example.org/y"]),
        ("https://example.org https://example.org", ["https://example.org"]),
        ("`https://example.org` ```\nhttps://example.org\n```", []),
        ("ftp://example.org mailto:a@b.c example.org https:// javascript://x xhttps://example.org", []),
        ("https://例え.jp/パス", ["https://例え.jp/パス"]),
        ("https://" + "a" * 5000, ["https://" + "a" * 2000]),
        ("plain", []),
    ],
)
def test_links_are_found_outside_of_code(text: str, links: list[str]) -> None:
    assert links_in(text) == links


def test_a_link_is_noted_when_it_is_sent_edited_in_and_out_and_deleted(bob: User, general: Room) -> None:
    plain, linked = say(bob, general), say(bob, general, "https://example.org")
    assert (_has(plain.id), _has(linked.id)) == (Has.NOTHING, Has.LINK)
    edit_message(actor=bob, message_id=int(plain.id), text="now https://example.org")
    edit_message(actor=bob, message_id=int(linked.id), text="no more")
    assert (_has(plain.id), _has(linked.id)) == (Has.LINK, Has.NOTHING)
    delete_message(actor=bob, message_id=int(plain.id))
    assert _has(plain.id) == Has.NOTHING


def test_every_value_that_has_a_flag_is_among_its_values() -> None:
    assert Has.LINK.values == [4, 5, 6, 7]
    assert Has.FILE.values == [1, 3, 5, 7]
    assert Has.IMAGE.values == [2, 3, 6, 7]
