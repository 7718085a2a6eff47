"""What the server itself does with files: the same on both stores."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from core.errors import NotFound
from core.storage.names import new_key
from tests.core.storage.places import PNG, Place

GONE = (403, 404)  # S3 does not tell the holder of a link which of the two


def test_what_is_not_there_is_told_apart_from_what_fails(place: Place) -> None:
    key = new_key("tests")
    assert place.store.stat(key) is None
    with pytest.raises(NotFound):
        place.store.read(key, 0, 10)
    with pytest.raises(NotFound):
        place.store.open(key)
    with pytest.raises(NotFound):
        place.store.move(key, new_key("tests"), etag="x")
    assert place.get(place.link(key)).status_code in GONE


@pytest.mark.parametrize(("start", "length"), [(0, 8), (5, 100), (len(PNG) - 3, 10), (len(PNG), 4), (10**9, 4), (3, 0)])
def test_a_part_can_be_read(place: Place, start: int, length: int) -> None:
    assert place.store.read(place.kept(), start, length) == PNG[start : start + length]


def test_a_large_file_is_read_in_bounded_parts(place: Place) -> None:
    key = place.kept(PNG * 200)
    sizes = [len(chunk) for chunk in place.store.open(key)]
    assert sum(sizes) == len(PNG) * 200
    assert max(sizes) <= 256 * 1024


def test_a_file_is_written_in_place_of_the_one_before(place: Place) -> None:
    key = place.kept()
    before = place.store.stat(key)
    after = place.store.write(key, [b"we", b"bp"], "image/webp")
    assert (after.size, after.content_type) == (4, "image/webp")
    assert place.store.stat(key) == after != before


def test_a_file_whose_making_fails_does_not_appear(place: Place) -> None:
    def failing() -> Iterator[bytes]:
        yield PNG
        raise RuntimeError("the decoder died")

    key = new_key("tests")
    with pytest.raises(RuntimeError):
        place.store.write(key, failing(), "image/png")
    assert place.store.stat(key) is None
    assert list(place.store.list()) == []


def test_a_key_may_be_the_folder_of_another(place: Place) -> None:
    for key in ("a/b", "a", "a/b/c"):
        place.store.write(key, [key.encode()], "text/plain")
    assert [place.store.read(key, 0, 9) for key in ("a", "a/b", "a/b/c")] == [b"a", b"a/b", b"a/b/c"]


def test_deleting_is_for_ever_and_can_be_repeated(place: Place) -> None:
    key, other, never = place.kept(), place.kept(), new_key("tests")
    link = place.link(key)
    place.store.delete([key, never])
    place.store.delete([key])
    assert place.store.stat(key) is None
    assert place.get(link).status_code in GONE
    assert place.store.stat(other) is not None


def test_listing_by_prefix(place: Place) -> None:
    started = datetime.now(UTC) - timedelta(seconds=2)
    for key in ("thumbs/a", "thumbs/b/c", "thumbs2/d", "files/e"):
        place.store.write(key, [key.encode()], "text/plain")
    assert {(found.key, found.size) for found in place.store.list("thumbs/")} == {("thumbs/a", 8), ("thumbs/b/c", 10)}
    assert {found.key for found in place.store.list("thumbs")} == {"thumbs/a", "thumbs/b/c", "thumbs2/d"}
    assert len(list(place.store.list())) == 4
    assert list(place.store.list("nothing/")) == []
    assert all(started <= found.modified <= datetime.now(UTC) + timedelta(seconds=2) for found in place.store.list())


def test_moving_keeps_everything_but_the_key_and_can_be_repeated(place: Place) -> None:
    source, target = place.kept(), new_key("kept")
    before = place.store.stat(source)
    assert before is not None
    for _ in range(2):
        assert place.store.move(source, target, etag=before.etag) == before
    assert place.store.stat(source) is None
    assert b"".join(place.store.open(target)) == PNG


def test_a_file_that_has_changed_since_is_not_moved(place: Place) -> None:
    source, target = place.kept(), new_key("kept")
    before = place.store.stat(source)
    assert before is not None
    place.store.write(source, [PNG[::-1]], "image/png")
    with pytest.raises(NotFound):
        place.store.move(source, target, etag=before.etag)
    assert place.store.stat(target) is None


def test_a_healthy_store_passes_its_check_and_is_left_as_it_was(place: Place) -> None:
    place.store.check()
    assert list(place.store.list()) == []
