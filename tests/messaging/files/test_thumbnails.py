"""Thumbnails: drawn by a job, upright, without a word about the maker, and shown by a change of the message."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
import time_machine
from PIL import Image

from accounts.models import User
from core import clock
from messaging.models import Attachment, Message
from messaging.services.attaching import attach
from messaging.services.changing import delete_message
from messaging.services.drawing import draw, draw_overdue
from rooms.models import Room
from tests.conftest import Published
from tests.core.storage.places import Place
from tests.factories import say
from tests.jobs import Jobs
from tests.messaging.files.browser import Browser, encoded, on_both, png, sent, upload
from tests.order import assert_no_holes, nothing_happens, told

pytestmark = pytest.mark.django_db(transaction=True)


def _camera(turned: int) -> bytes:
    """Return a JPEG as cameras make it: red on the left, told where it was taken, and lying on its side."""
    picture = Image.new("RGB", (1200, 600), "blue")
    picture.paste("red", (0, 0, 600, 600))
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = turned, "Maker of cameras"
    exif.get_ifd(0x8825)[1] = "N"
    return encoded(picture, "JPEG", exif=exif, comment=b"at home")


@on_both
def test_it_is_drawn_and_everybody_sees_it(
    shelf: Place, alice: User, bob: User, general: Room, published: Published, jobs: Jobs
) -> None:
    message = sent(shelf, bob, general, png(1600, 1200))
    assert message.files[0].thumbnail is None
    jobs.run()
    changed = told(published)[-1]
    assert (changed["type"], changed["rev"]) == ("message.updated", message.rev + 1)
    [file] = changed["message"]["files"]
    assert file["thumbnail"] == f"{file['url']}/thumbnail"
    assert (changed["message"]["edited_at"], file["width"], file["height"]) == (None, 1600, 1200)
    answer = Browser(alice).fetch(shelf, file["thumbnail"])
    assert answer.headers["Content-Type"] == "image/webp"
    assert Image.open(io.BytesIO(answer.content)).size == (800, 600)
    assert_no_holes(published, general)
    assert Attachment.objects.get(pk=file["id"]).due_at is None


@on_both
@pytest.mark.parametrize(("turned", "corner"), [(1, "red"), (6, "red"), (8, "blue"), (3, "blue")])
def test_it_is_upright_and_says_nothing_of_its_maker(
    shelf: Place, bob: User, general: Room, jobs: Jobs, turned: int, corner: str
) -> None:
    file = sent(shelf, bob, general, _camera(turned), "a.jpg").files[0]
    jobs.run()
    size = (600, 1200) if turned in (6, 8) else (1200, 600)
    assert (file.width, file.height) == size
    for path in (file.url, f"{file.url}/thumbnail"):
        data = Browser(bob).fetch(shelf, path).content
        assert b"Maker" not in data and b"at home" not in data
        picture = Image.open(io.BytesIO(data))
        assert set(picture.getexif()) <= {0x0112}
    assert picture.size == (size[0] * 800 // 1200, size[1] * 800 // 1200)
    red, _, blue = picture.convert("RGB").getpixel((5, 5))  # type: ignore[misc]
    assert (red > blue) == (corner == "red")


def test_drawn_before_it_is_sent_the_message_has_it_from_the_start(
    shelf: Place, bob: User, general: Room, published: Published, jobs: Jobs
) -> None:
    file = upload(shelf, bob, general, png())
    jobs.run()
    message = say(bob, general, "", file_ids=[int(file["id"])])
    assert message.files[0].thumbnail == f"{file['url']}/thumbnail"
    with nothing_happens(published):
        jobs.run()


def test_drawn_while_it_is_being_sent_it_is_shown_all_the_same(
    shelf: Place, bob: User, general: Room, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_id = int(upload(shelf, bob, general, png())["id"])

    def meanwhile(row: object, files: object) -> None:
        draw.func(file_id)  # it does not know of the message yet
        attach(row, files)  # type: ignore[arg-type]

    monkeypatch.setattr("messaging.services.sending.attach", meanwhile)
    message = say(bob, general, "", file_ids=[file_id])
    assert message.files[0].thumbnail is None
    jobs.run()
    assert 'thumbnail":"/files' in Message.objects.get(pk=message.id).files


def test_twice_is_harmless_and_so_is_too_late(
    shelf: Place, bob: User, general: Room, published: Published, jobs: Jobs
) -> None:
    message = sent(shelf, bob, general, png())
    jobs.run()
    kept = len(list(shelf.store.list()))
    gone = sent(shelf, bob, general, png())
    delete_message(actor=bob, message_id=int(gone.id))
    with nothing_happens(published):
        draw.func(int(message.files[0].id))
        jobs.run()
        draw.func(12345)
    assert len(list(shelf.store.list())) == kept + 1


def test_what_a_killed_worker_left_undone_is_done_later(shelf: Place, bob: User, general: Room, jobs: Jobs) -> None:
    message = sent(shelf, bob, general, png())
    draw_overdue()
    assert Message.objects.get(pk=message.id).rev == message.rev
    with time_machine.travel(clock.now() + timedelta(minutes=6)):
        jobs.clear()
        draw_overdue()
        jobs.run()
    assert Message.objects.get(pk=message.id).rev == message.rev + 1
    assert not Attachment.objects.exclude(due_at=None).exists()
