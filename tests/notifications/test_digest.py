"""The digest: what was missed, to whom wants it, not too often, never to who is here; and the way out of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client

from accounts.models import User
from core import clock
from messaging.services.changing import delete_message
from messaging.services.reading import read_to
from notifications.models import Preferences
from notifications.services.digest import MOST_LOOKED_AT, send_digest, send_due_digests
from rooms.models import Room
from rooms.services.members import remove_member
from rooms.services.rooms import open_direct_room
from rooms.services.sanctions import suspend_person
from tests.clients import Api
from tests.conftest import Published
from tests.factories import say
from tests.jobs import Jobs
from tests.notifications.conftest import Around


@pytest.fixture
def wanting(bob: User) -> User:
    """Return bob, who wants a letter at most every four hours."""
    Api(bob).patch("/notifications", {"digest_hours": 4})
    return bob


@pytest.fixture
def clocked() -> Iterator[Any]:
    with time_machine.travel(clock.now()) as traveller:
        yield traveller


def later_on(traveller: Any, jobs: Jobs, **time: float) -> list[Any]:
    """Let time pass and the periodic job run; return the letters of that moment."""
    traveller.shift(timedelta(**time))
    mail.outbox.clear()
    send_due_digests()
    jobs.run()
    return list(mail.outbox)


def test_who_wants_it_gets_what_they_were_called_for(
    clocked: Any, alice: User, wanting: User, general: Room, jobs: Jobs
) -> None:
    say(alice, general, "not for anybody")
    message = say(alice, general, "Lunch, @bob & <b>others</b>?")
    direct = open_direct_room(actor=alice, user_ids=[wanting.pk])[0].room
    say(alice, direct, "psst")
    (letter,) = later_on(clocked, jobs, hours=5)
    assert letter.to == ["bob@example.org"]
    assert letter.subject == "2 messages for you on ChatFlow"
    assert "Lunch, @bob & <b>others</b>?" in letter.body
    assert f"/rooms/{general.pk}/{message.seq}" in letter.body
    assert "psst" in letter.body
    assert "not for anybody" not in letter.body
    ((html, kind),) = letter.alternatives
    assert kind == "text/html"
    assert "Lunch, @bob &amp; &lt;b&gt;others&lt;/b&gt;?" in html
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter.extra_headers["List-Unsubscribe"].strip("<>") in letter.body


@pytest.mark.parametrize("where", ["room", "direct"])
def test_many_that_were_told_of_leave_place_for_new_ones(
    where: str, clocked: Any, alice: User, wanting: User, general: Room, jobs: Jobs
) -> None:
    room = general if where == "room" else open_direct_room(actor=alice, user_ids=[wanting.pk])[0].room
    for number in range(MOST_LOOKED_AT + 1):
        say(alice, room, f"@bob old {number}")
    assert len(later_on(clocked, jobs, hours=5)) == 1
    say(alice, room, "@bob at last")
    (letter,) = later_on(clocked, jobs, hours=5)
    assert "at last" in letter.body and "old" not in letter.body


def test_who_did_not_ask_gets_none(clocked: Any, alice: User, bob: User, general: Room, jobs: Jobs) -> None:
    say(alice, general, "@bob")
    assert later_on(clocked, jobs, days=3) == []


def test_nothing_is_told_twice_and_not_too_often(
    clocked: Any, alice: User, wanting: User, general: Room, jobs: Jobs
) -> None:
    say(alice, general, "@bob first")
    assert len(later_on(clocked, jobs, hours=5)) == 1
    say(alice, general, "@bob second")
    assert later_on(clocked, jobs, hours=1) == []
    (letter,) = later_on(clocked, jobs, hours=3)
    assert "second" in letter.body
    assert "first" not in letter.body
    assert later_on(clocked, jobs, hours=9) == []


def test_what_is_fresh_or_read_or_deleted_is_left_out(
    clocked: Any, alice: User, wanting: User, general: Room, jobs: Jobs
) -> None:
    read = say(alice, general, "@bob read")
    read_to(actor=wanting, room_id=general.pk, seq=read.seq)
    deleted = say(alice, general, "@bob deleted")
    delete_message(actor=alice, message_id=int(deleted.id))
    clocked.shift(timedelta(hours=5))
    say(alice, general, "@bob fresh")
    assert later_on(clocked, jobs, minutes=1) == []
    (letter,) = later_on(clocked, jobs, minutes=31)
    assert "fresh" in letter.body


@pytest.mark.parametrize("how", ["removed", "suspended", "muted", "nothing", "blocked", "active"])
def test_who_must_not_or_does_not_want_to_hear_gets_none(
    how: str, clocked: Any, alice: User, wanting: User, general: Room, around: Around, jobs: Jobs
) -> None:
    say(alice, general, "a secret for @bob")
    choice: dict[str, str | None] = {"level": None, "muted_until": None}
    if how == "removed":
        remove_member(actor=alice, room_id=general.pk, user_id=wanting.pk)
    elif how == "suspended":
        suspend_person(user=wanting)
    elif how == "muted":
        choice["muted_until"] = "9999-12-31T00:00:00.000Z"
    elif how == "nothing":
        choice["level"] = "nothing"
    elif how == "blocked":
        around.blocked = {(wanting.pk, alice.pk)}
    else:
        around.active = {wanting.pk}
    if how in ("muted", "nothing"):
        Api(wanting).put(f"/rooms/{general.pk}/notifications", choice)
    assert later_on(clocked, jobs, hours=5) == []
    if how == "active":
        around.active = set()
        assert len(later_on(clocked, jobs, minutes=16)) == 1


def test_who_wants_no_text_on_the_way_gets_none(
    clocked: Any, alice: User, wanting: User, general: Room, jobs: Jobs
) -> None:
    Api(wanting).patch("/notifications", {"show_text": False})
    say(alice, general, "a secret for @bob")
    (letter,) = later_on(clocked, jobs, hours=5)
    assert "secret" not in letter.body + letter.alternatives[0][0]
    assert general.name in letter.body


def test_a_job_that_runs_twice_writes_once(clocked: Any, alice: User, wanting: User, general: Room, jobs: Jobs) -> None:
    say(alice, general, "@bob")
    later_on(clocked, jobs, hours=5)
    send_digest.func(wanting.pk)
    send_digest.func(wanting.pk)
    assert len(mail.outbox) == 1


def test_a_mail_server_that_refuses_is_asked_again(
    clocked: Any, alice: User, wanting: User, general: Room, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(alice, general, "@bob")
    clocked.shift(timedelta(hours=5))
    with monkeypatch.context() as away:
        away.setattr("django.core.mail.EmailMultiAlternatives.send", _refuse)
        with pytest.raises(OSError, match="away"):
            send_digest.func(wanting.pk)
    assert len(later_on(clocked, jobs, minutes=16)) == 1


def _refuse(*_: Any) -> None:
    raise OSError("away")


def _link(letter: Any) -> str:
    found = re.search(r"(/unsubscribe/\S+)", letter.body)
    assert found
    return found[1]


def test_one_click_ends_it_without_signing_in(
    clocked: Any, alice: User, wanting: User, general: Room, jobs: Jobs, published: Published
) -> None:
    say(alice, general, "@bob")
    (letter,) = later_on(clocked, jobs, hours=5)
    link, stranger = _link(letter), Client(enforce_csrf_checks=True)
    page = stranger.get(link)
    assert page.status_code == 200
    assert '<form method="post">' in page.content.decode()
    assert Preferences.objects.get().digest_hours == 4  # programs that follow links change nothing
    for _ in range(2):
        done = stranger.post(link, {"List-Unsubscribe": "One-Click"})
        assert done.status_code == 200
        assert "no more digests" in done.content.decode()
    kept = Preferences.objects.get()
    assert (kept.digest_hours, kept.digest_due_at) == (0, None)
    assert published.types[-1] == "notifications.updated"
    say(alice, general, "@bob again")
    assert later_on(clocked, jobs, days=2) == []


def test_an_invented_link_does_nothing(clocked: Any, wanting: User) -> None:
    for token in (str(wanting.pk), f"{wanting.pk}:{'A' * 43}", "x", "7:7"):
        assert Client().get(f"/unsubscribe/{token}").status_code == 404
        assert Client().post(f"/unsubscribe/{token}").status_code == 404
    assert Preferences.objects.get().digest_hours == 4
