"""What films and pictures of boxes tell about their maker is gone before anybody else gets them; they still play."""

from __future__ import annotations

import io
import struct

import pytest
from PIL import Image

from accounts.models import User
from core.images.boxes import untold
from rooms.models import Room
from tests.core.storage.places import Place
from tests.messaging.files.browser import Browser, encoded, on_both, sent

pytestmark = pytest.mark.django_db(transaction=True)
PLACE = b"+48.8577+002.2950/"


def _avif() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "Maker of cameras"
    exif.get_ifd(0x8825)[1] = "N"
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>at home</x:xmpmeta>"
    return encoded(Image.new("RGB", (64, 48), "red"), "AVIF", exif=exif, xmp=xmp)


def _box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def _film(brand: bytes) -> bytes:
    """Return a film as phones make them: where it was made is said of the film and of its track."""
    place = _box(b"udta", _box(b"\xa9xyz", struct.pack(">HH", len(PLACE), 0x15C7), PLACE))
    apple = _box(b"meta", b"com.apple.quicktime.location.ISO6709", PLACE)
    track = _box(b"trak", _box(b"tkhd", b"track"), _box(b"udta", PLACE))
    film = _box(b"moov", _box(b"mvhd", b"film"), track, place, apple)
    packet = _box(b"uuid", bytes(16), b"<x:xmpmeta>at home</x:xmpmeta>")
    return _box(b"ftyp", brand, b"\0\0\2\0", brand) + packet + film + _box(b"mdat", b"frames")


@on_both
def test_an_avif_says_nothing_and_is_drawn_as_before(shelf: Place, alice: User, bob: User, general: Room) -> None:
    data = _avif()
    assert b"Maker" in data and b"at home" in data
    file = sent(shelf, bob, general, data, "a.avif").files[0]
    got = Browser(alice).fetch(shelf, file.url).content
    assert b"Maker" not in got and b"at home" not in got
    assert len(got) == len(data)
    picture = Image.open(io.BytesIO(got))
    assert not picture.getexif()
    assert picture.tobytes() == Image.open(io.BytesIO(data)).tobytes()


@on_both
@pytest.mark.parametrize(("brand", "kind"), [(b"mp42", "video/mp4"), (b"qt  ", "video/quicktime")])
def test_a_film_does_not_say_where_it_was_made(
    shelf: Place, alice: User, bob: User, general: Room, brand: bytes, kind: str
) -> None:
    data = _film(brand)
    file = sent(shelf, bob, general, data, "a.mov").files[0]
    assert file.type == kind
    got = Browser(alice).fetch(shelf, file.url).content
    assert PLACE not in got and b"at home" not in got
    assert len(got) == len(data)
    assert all(part in got for part in (b"mvhdfilm", b"tkhdtrack", b"mdatframes"))


@pytest.mark.parametrize("cut", range(0, 900, 7))
def test_what_is_cut_short_is_taken_as_it_is(cut: int) -> None:
    assert len(untold(_avif()[:cut])) == min(cut, len(_avif()))


@pytest.mark.parametrize("start", [b"\0\0\0\1moov", b"\0\0\0\0moov", b"\xff\xff\xff\xffmoov", b"\0\0\0\4moov"])
def test_sizes_that_lie_end_the_walk(start: bytes) -> None:
    assert len(untold(start + bytes(40))) == 48
