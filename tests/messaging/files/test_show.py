"""`/files/{id}`: who asks is checked each time, and what comes from the store can neither run nor be guessed at."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest
import time_machine
from django.test import Client

from accounts.cookies import FILES_NAME
from accounts.models import User
from accounts.services.sessions import end_all
from core import clock
from rooms.models import Room
from rooms.services.members import remove_member
from tests.clients import Api, refusal
from tests.core.storage.places import Place
from tests.jobs import Jobs
from tests.messaging.files.browser import Browser, ask, on_both, png, sent, upload

pytestmark = pytest.mark.django_db(transaction=True)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
MP4 = b"\0\0\0\x18ftypisom\0\0\x02\0isomiso2mp41" + b"\0" * 200
MP3 = b"ID3\x03\0\0\0\0\0\0" + b"\0" * 200


def _harmless(place: Place, answer: httpx.Response) -> None:
    """The same for every file of either store. What S3 cannot say its other origin and the type make up for."""
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, max-age=60"
    if place.name == "local":
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")


@on_both
def test_a_picture_is_shown_in_place_and_saved_by_its_name(shelf: Place, alice: User, bob: User, general: Room) -> None:
    data = png()
    message = sent(shelf, bob, general, data, "Ünicode 1.png")
    reader = Browser(alice)
    answer = reader.fetch(shelf, message.files[0].url)
    _harmless(shelf, answer)
    assert (answer.content, answer.headers["Content-Type"]) == (data, "image/png")
    assert answer.headers["Content-Disposition"] == "inline; filename*=utf-8''%C3%9Cnicode%201.png"
    saved = reader.fetch(shelf, f"{message.files[0].url}?download=1")
    assert saved.headers["Content-Disposition"].startswith("attachment; ")


@on_both
@pytest.mark.parametrize(("data", "name", "kind"), [(MP4, "a.mp4", "video/mp4"), (MP3, "a.mp3", "audio/mpeg")])
def test_what_browsers_play_is_played(
    shelf: Place, bob: User, general: Room, data: bytes, name: str, kind: str
) -> None:
    message = sent(shelf, bob, general, data, name)
    assert message.files[0].type == kind
    answer = Browser(bob).fetch(shelf, message.files[0].url)
    _harmless(shelf, answer)
    assert answer.headers["Content-Type"] == kind
    assert answer.headers["Content-Disposition"].startswith("inline; ")


@on_both
@pytest.mark.parametrize(
    ("data", "name"),
    [
        (SVG, "a.svg"),
        (SVG, "a.png"),
        (HTML, "a.html"),
        (HTML, "a.png"),
        (b"%PDF-1.7 x", "a.pdf"),
        (b"alert(1)", "a.js"),
    ],
)
def test_all_else_is_saved_and_never_shown(shelf: Place, bob: User, general: Room, data: bytes, name: str) -> None:
    message = sent(shelf, bob, general, data, name)
    answer = Browser(bob).fetch(shelf, message.files[0].url)
    _harmless(shelf, answer)
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment; ")


def test_only_who_is_in_the_room_and_only_while_they_are(
    shelf: Place, alice: User, bob: User, carol: User, admin: User, general: Room, jobs: Jobs
) -> None:
    message = sent(shelf, alice, general, png())
    jobs.run()
    reader = Browser(bob)
    for path in (message.files[0].url, f"{message.files[0].url}/thumbnail"):
        assert reader.sees(path)
        for other in (carol, admin):
            answer = Browser(other).look(path)
            assert (answer.status_code, answer.content) == (404, Browser(other).look("/files/12345").content)
        assert Client().get(path).status_code == 401
    remove_member(actor=alice, room_id=general.pk, user_id=bob.pk)
    assert not reader.sees(message.files[0].url)


def test_before_it_is_sent_only_its_owner_sees_it(shelf: Place, alice: User, bob: User, general: Room) -> None:
    file = upload(shelf, bob, general, png())
    assert Browser(bob).sees(file["url"])
    assert not Browser(alice).sees(file["url"])
    pending = ask(bob, general, png()).json()["id"]
    assert not Browser(bob).sees(f"/files/{pending}")


@pytest.mark.parametrize("path", ["/files/x", "/files/1/thumbnail", "/files/", "/files", "/files/1/../2", "/files/-1"])
def test_what_is_no_address_of_a_file_leads_nowhere(bob: User, path: str) -> None:
    assert Browser(bob).look(path).status_code == 404


def test_the_pass_is_for_files_alone_and_ends_with_the_sign_in(shelf: Place, bob: User, general: Room) -> None:
    url = sent(shelf, bob, general, png()).files[0].url
    browser = Browser(bob)
    kept = browser.cookie
    assert (kept["path"], kept["httponly"], kept["samesite"]) == ("/files/", True, "Strict")
    assert browser.http.get("/api/v1/me").status_code == 401
    assert browser.sees(url)
    end_all(user=bob)
    assert browser.look(url).status_code == 401
    browser.http.post("/api/v1/auth/sign-out", headers={"Authorization": f"Bearer {browser.access}"})


def test_signing_out_takes_the_pass_back(bob: User) -> None:
    browser = Browser(bob)
    answer = browser.http.post("/api/v1/auth/sign-out", headers={"Authorization": f"Bearer {browser.access}"})
    assert answer.cookies[FILES_NAME].value == ""
    assert answer.cookies[FILES_NAME]["path"] == "/files/"


@pytest.mark.parametrize("value", ["", "x", "x:y:z", "WzEsMl0:1xxxxx:xxxx"])
def test_a_pass_we_did_not_give_is_none(bob: User, value: str) -> None:
    stranger = Client()
    stranger.cookies[FILES_NAME] = value
    assert stranger.get("/files/1").status_code == 401


def test_native_clients_send_their_token(shelf: Place, bob: User, general: Room) -> None:
    url = sent(shelf, bob, general, png()).files[0].url
    api = Api(bob)
    assert api.http.get(url, headers=api.headers).status_code == 302


def test_where_it_led_is_kept_by_nobody_and_good_for_a_minute(shelf: Place, bob: User, general: Room) -> None:
    answer: Any = Browser(bob).look(sent(shelf, bob, general, png()).files[0].url)
    assert answer.headers["Cache-Control"] == "no-store"
    assert shelf.get(answer.headers["Location"]).status_code == 200
    with time_machine.travel(clock.now() + timedelta(seconds=61)):
        assert shelf.get(answer.headers["Location"]).status_code == 403


def test_a_question_that_is_none_is_refused(shelf: Place, bob: User, general: Room) -> None:
    url = sent(shelf, bob, general, png()).files[0].url
    assert refusal(Browser(bob).look(f"{url}?x=1")) == (400, "invalid")
