"""Opening a room costs no query, and what it shows is never older than what was acknowledged."""

from __future__ import annotations

import json
import threading
import uuid
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from accounts.services.profile import update_profile
from accounts.services.sessions import end_all
from messaging.services.changing import add_reaction, delete_message, edit_message
from messaging.services.history import page_of
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
    misses: list[set[int]] = []
    writing = threading.Event()

    def write() -> None:
        try:
            for number in range(40):
                acknowledged.append(send(alice, general, f"{number}"))
        finally:
            connection.close()

    def read() -> None:
        try:
            while not writing.is_set():
                before = set(acknowledged)
                page = page_of(actor=bob, room_id=general.pk, **NEWEST)
                missing = before - {int(message.id) for message in page.messages}
                if missing:
                    misses.append(missing)
        finally:
            connection.close()

    writers = [threading.Thread(target=write) for _ in range(2)]
    readers = [threading.Thread(target=read) for _ in range(3)]
    for thread in [*readers, *writers]:
        thread.start()
    for thread in writers:
        thread.join()
    writing.set()
    for thread in readers:
        thread.join()
    assert misses == []
    assert len(acknowledged) == 80
