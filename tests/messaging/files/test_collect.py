"""What nobody needs any more is collected, and nothing else is."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from accounts.models import User
from accounts.services import profile
from core import clock
from core.limits import spend
from core.storage.names import new_key
from messaging.models import Attachment
from messaging.services.changing import delete_message
from messaging.services.collecting import collect_files, collect_strays
from rooms.models import Room
from tests.clients import Api, refusal
from tests.core.storage.places import Place
from tests.jobs import Jobs
from tests.limits import limited
from tests.messaging.files.browser import ask, on_both, png, send_parts, sent, upload

pytestmark = pytest.mark.django_db(transaction=True)


def _later(**time: float) -> Any:
    return time_machine.travel(clock.now() + timedelta(**time))


def _files() -> set[int]:
    return set(Attachment.objects.values_list("pk", flat=True))


@on_both
def test_what_nobody_finished_or_sent_goes_after_a_day(
    shelf: Place, alice: User, bob: User, general: Room, jobs: Jobs
) -> None:
    message = sent(shelf, bob, general, png())
    avatar = upload(shelf, bob, None, png(), purpose="avatar")["id"]
    Api(bob).put("/me/avatar", {"file_id": avatar})
    ask(bob, general, png())
    upload(shelf, bob, general, png())
    jobs.run()
    with _later(hours=23):
        collect_files()
        assert len(_files()) == 4
    with _later(hours=25):
        collect_files()
        assert _files() == {int(message.files[0].id), int(avatar)}
    assert len(list(shelf.store.list())) == 4


def test_what_was_deleted_goes_after_the_days_it_is_kept(shelf: Place, bob: User, general: Room) -> None:
    gone, kept = sent(shelf, bob, general, png()), sent(shelf, bob, general, png())
    delete_message(actor=bob, message_id=int(gone.id))
    with _later(days=29):
        collect_files()
        assert len(_files()) == 2
    with _later(days=31):
        collect_files()
    assert _files() == {int(kept.files[0].id)}
    assert len(list(shelf.store.list())) == 1


@on_both
def test_what_no_row_names_goes_from_the_store(shelf: Place, bob: User, general: Room, jobs: Jobs) -> None:
    sent(shelf, bob, general, png())
    jobs.run()
    kept = {found.key for found in shelf.store.list()}
    asked = ask(bob, general, png()).json()
    send_parts(shelf, asked, png())
    for folder in ("files", "thumbnails", "uploads"):
        shelf.store.write(new_key(folder), [os.urandom(9)], "image/png")
    shelf.store.write(new_key("other"), [b"not ours"], "image/png")
    collect_strays()
    assert len(list(shelf.store.list())) == len(kept) + 5
    with _later(hours=25):
        collect_strays()
    assert {found.key for found in shelf.store.list()} - kept == {found.key for found in shelf.store.list("other/")}


def test_a_picture_that_was_not_let_in_goes_like_any_upload(
    shelf: Place, alice: User, bob: User, general: Room
) -> None:
    Api(alice).patch(f"/rooms/{general.pk}/members/{bob.pk}", {"role": "moderator"})
    picture = upload(shelf, bob, general, png(), purpose="picture")["id"]
    avatar = upload(shelf, bob, None, png(), purpose="avatar")["id"]
    Api(alice).patch(f"/rooms/{general.pk}/members/{bob.pk}", {"role": "member"})
    assert refusal(Api(bob).put(f"/rooms/{general.pk}/picture", {"file_id": picture})) == (403, "room.not_moderator")
    with limited():
        for _ in range(profile.CHANGES.times):
            spend(profile.CHANGES, bob.pk)
        assert refusal(Api(bob).put("/me/avatar", {"file_id": avatar})) == (429, "rate_limited")
    with _later(hours=25):
        collect_files()
    assert _files() == set()
    assert list(shelf.store.list()) == []
