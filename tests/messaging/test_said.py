"""What a message says in one line: on the server and, by the same samples, in the client."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from accounts.models import User
from messaging import store
from messaging.file_serializers import FileOut, encoded
from messaging.said import said
from notifications.services.payload import message_payload
from rooms.models import Room
from tests.factories import say

pytestmark = pytest.mark.django_db(transaction=True)
SAMPLES = json.loads((Path(__file__).parent.parent / "contract/said.json").read_text(encoding="utf-8"))


def _row(alice: User, room: Room, sample: Any) -> store.Row:
    files = [
        FileOut(str(at), name, "image/png" if width else "x/y", 1, width, width, False, "/files/1", None)
        for at, (name, width) in enumerate(sample["files"], start=1)
    ]
    row = store.many(room.pk, [int(say(alice, room).id)])[0]
    return row._replace(text=sample["text"], files=encoded(files))


@pytest.mark.parametrize("sample", SAMPLES, ids=[sample["about"] for sample in SAMPLES])
def test_it_is_its_words_or_what_it_brings(sample: Any, alice: User, general: Room) -> None:
    assert said(_row(alice, general, sample), sample["most"]) == sample["said"]


def test_a_push_says_the_same_and_never_nothing(alice: User, bob: User, general: Room) -> None:
    for sample in (one for one in SAMPLES if "…" not in one["said"]):
        body = message_payload(bob, general, _row(alice, general, sample), show_text=True)["body"]
        assert body == (sample["said"] or "New message")
