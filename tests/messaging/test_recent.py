"""Opening a room costs no query, and what it shows is never older than what was acknowledged."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from accounts.services.profile import update_profile
from accounts.services.sessions import end_all
from messaging.services.changing import delete_message, edit_message
from messaging.services.history import page_of
from messaging.services.reacting import add_reaction
from messaging.services.sending import send_message
from rooms.models import Room
from rooms.services.members import add_member, remove_member
from tests.clients import Api
from tests.statements import statements

pytestmark = pytest.mark.django_db(transaction=True)
NEWEST: dict[str, Any] = {"before": None, "after": None, "around": None, "limit": 100}


def send(actor: User, room: Room, text: str) -> int:
    sent = send_message(actor=actor, room_id=room.pk, client_id=str(uuid.uuid4()), text=text)
    return int(sent.message.id)


def shown(api: Api, room: Room) -> list[str]:
    answer = api.get(f"/rooms/{room.pk}/messages")
    assert answer.status_code == 200
    return [message["text"] for message in json.loads(answer.content)["messages"]]


def test_a_room_that_was_open_before_opens_without_a_query(alice: User, bob: User, general: Room) -> None:
    send(alice, general, "hello")
    api = Api(bob)
    assert shown(api, general) == ["hello"]
    with statements() as asked:
        assert shown(api, general) == ["hello"]
    assert asked == []


def test_every_change_is_seen_at_once(alice: User, bob: User, general: Room) -> None:
    api = Api(bob)
    assert shown(api, general) == []
    first = send(alice, general, "first")
    assert shown(api, general) == ["first"]
    edit_message(actor=alice, message_id=first, text="edited")
    assert shown(api, general) == ["edited"]
    add_reaction(actor=alice, message_id=first, emoji="👍")
    page = page_of(actor=bob, room_id=general.pk, **NEWEST)
    assert page.messages[0].reactions[0].emoji == "👍"
    update_profile(actor=alice, display_name="Alice the Second")
    page = page_of(actor=bob, room_id=general.pk, **NEWEST)
    assert page.users[0].display_name == "Alice the Second"
    delete_message(actor=alice, message_id=first)
    assert shown(api, general) == [""]


def test_who_was_removed_or_signed_out_opens_nothing(alice: User, bob: User, general: Room) -> None:
    api = Api(bob)
    assert shown(api, general) == []
    remove_member(actor=alice, room_id=general.pk, user_id=bob.pk)
    assert api.get(f"/rooms/{general.pk}/messages").status_code == 404
    add_member(actor=alice, room_id=general.pk, user_id=bob.pk)
    assert shown(api, general) == []
    end_all(user=bob)
    assert api.get(f"/rooms/{general.pk}/messages").status_code == 401


def test_a_reader_never_misses_what_was_acknowledged_before_it_asked(alice: User, bob: User, general: Room) -> None:
    """Writers note what was acknowledged; every page read later must hold all of it, however the threads interleave."""
    acknowledged: list[int] = []
    missing: set[int] = set()
    written = threading.Event()

    def write() -> None:
        acknowledged.extend(send(alice, general, str(number)) for number in range(40))

    def read() -> None:
        while not written.is_set():
            before = set(acknowledged)
            page = page_of(actor=bob, room_id=general.pk, **NEWEST)
            missing.update(before - {int(message.id) for message in page.messages})

    readers = [started(read) for _ in range(3)]
    for writer in [started(write) for _ in range(2)]:
        writer.join()
    written.set()
    for reader in readers:
        reader.join()
    assert missing == set()
    assert len(acknowledged) == 80


def started(work: Callable[[], None]) -> threading.Thread:
    """Run `work` on a thread with a connection of its own."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread
