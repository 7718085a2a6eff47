"""A held message's own page: it names people and rooms, and has the buttons that decide."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from core.audit import Action
from messaging.models import Message
from moderation.models import HeldMessage
from rooms.models import Room
from rooms.services.rooms import open_direct_room
from tests.conftest import Published
from tests.moderation.deciding import Make, entries, sanction, write
from tests.order import nothing_happens, told

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def held(bob: User, general: Room, make: Make) -> HeldMessage:
    make(action="hold")
    write(bob, general, "forbidden fruit")
    return HeldMessage.objects.get()


def page(held: HeldMessage) -> str:
    return f"/admin/moderation/heldmessage/{held.pk}/change/"


def shown(person: User, held: HeldMessage, **wish: Any) -> str:
    """Return the page, or what it says after one of its buttons."""
    client = Client()
    client.force_login(person)
    answer = client.post(page(held), wish, follow=True) if wish else client.get(page(held))
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_names_who_wrote_it_and_where(mod: User, held: HeldMessage, general: Room) -> None:
    text = shown(mod, held).split('id="content"')[1]
    assert "@bob" in text and "General" in text and "forbidden fruit" in text
    assert text.index('value="refuse"') < text.index('value="release"')  # Enter in the reason must not send it
    for raw in (held.author_id, general.pk, held.pk):
        assert str(raw) not in text


def test_it_is_released_there(mod: User, held: HeldMessage, published: Published) -> None:
    assert 'value="release"' in shown(mod, held)
    text = shown(mod, held, act="release")
    assert "1 done." in text and "@mod" in text
    assert 'value="release"' not in text and 'value="refuse"' not in text
    assert Message.objects.get().text == "forbidden fruit"
    assert "message.created" in published.types
    assert [entry.actor_id for entry in entries(Action.HELD_RELEASED)] == [mod.pk]


def test_it_is_refused_there_and_its_author_told_why(mod: User, held: HeldMessage, published: Published) -> None:
    shown(mod, held, act="refuse", reason="Not here")
    (judged,) = told(published)
    assert (judged["type"], judged["released"], judged["reason"]) == ("message.judged", False, "Not here")
    assert "A moderator has refused this message." in shown(mod, held, act="release")
    assert not Message.objects.exists()


def test_what_cannot_be_done_is_said(mod: User, bob: User, held: HeldMessage, published: Published) -> None:
    sanction(mod, bob, "mute")
    with nothing_happens(published):
        text = shown(mod, held, act="release")
    assert "Its author may not write there now." in text and 'value="release"' in text
    assert HeldMessage.objects.get().state == "waiting"


def test_others_decide_nothing_there(alice: User, held: HeldMessage, mod: User, published: Published) -> None:
    client = Client()
    client.force_login(alice)
    with nothing_happens(published):
        assert client.post(page(held), {"act": "release"}).status_code == 302
        client.force_login(mod)
        for wish in ({}, {"act": "burn"}, {"act": "refuse", "reason": "x" * 201}):
            assert client.post(page(held), wish).status_code == 404
        for other in ("77", "²", "9" * 23):
            path = f"/admin/moderation/heldmessage/{other}/change/"
            assert client.post(path, {"act": "release"}).status_code == 404
    assert HeldMessage.objects.get().state == "waiting"


def test_in_a_direct_conversation_it_says_so(mod: User, alice: User, bob: User, make: Make) -> None:
    make(action="hold", in_direct=True)
    write(bob, open_direct_room(actor=bob, user_ids=[alice.pk])[0].room, "forbidden")
    assert "a direct conversation" in shown(mod, HeldMessage.objects.get())
