"""What a message says in one line."""

from __future__ import annotations

import pytest

from accounts.models import User
from messaging import store
from messaging.contents import Has
from notifications.services.payload import said, shortened
from rooms.models import Room
from tests.factories import say


@pytest.mark.parametrize(
    ("text", "has", "line"),
    [
        ("hello\n\n  there", Has.NOTHING, "hello there"),
        ("see this", Has.FILE | Has.IMAGE, "see this"),
        ("", Has.FILE, "Sent a file"),
        ("", Has.FILE | Has.IMAGE, "Sent a picture"),
        ("", Has.NOTHING, "New message"),
    ],
)
def test_a_message_says_its_words_or_what_it_brings(text: str, has: int, line: str, alice: User, general: Room) -> None:
    row = store.many(general.pk, [int(say(alice, general).id)])[0]
    assert said(row._replace(text=text, has=int(has))) == line


def test_a_line_is_as_long_as_it_may_be() -> None:
    assert shortened("x" * 240) == "x" * 240
    assert shortened("x" * 241) == "x" * 239 + "…"
