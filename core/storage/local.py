"""Files on this machine's disk. Browsers reach them through `core.storage.media`, by URLs like those of S3."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from django.core.exceptions import ImproperlyConfigured

from core.errors import NotFound, Unavailable
from core.storage import grants
from core.storage.contract import Listed, SignedUpload, Stored
from core.storage.names import checked_key, checked_type, new_key, served_as
from core.storage.options import LocalOptions
from core.storage.parts import TRAILER, Part, opened, sync_folder

log = logging.getLogger(__name__)
CHUNK = 256 * 1024
ABANDONED_AFTER = 24 * 60 * 60  # seconds; no upload takes so long
# A key has no dot: a file can never stand where another key needs a folder.
SUFFIX = ".file"


@contextmanager
def disk() -> Iterator[None]:
    """Turn what the disk says into what a client is told."""
    try:
        yield
    except FileNotFoundError:
        raise NotFound() from None
    except OSError as error:
        log.error("The disk refuses a file: %s", error.strerror)
        raise Unavailable() from error


class LocalStore:
    def __init__(self, options: LocalOptions) -> None:
        self.folder = options.folder
        self._parts = self.folder / ".parts"
        for path in self._parts.glob("*"):  # a crash left them behind
            if (info := _info(path)) and info.st_mtime < time.time() - ABANDONED_AFTER:
                path.unlink(missing_ok=True)

    def ask_upload(self, key: str, *, size: int, content_type: str, expires: timedelta) -> SignedUpload:
        grant = grants.UploadGrant(checked_key(key), size, checked_type(content_type), grants.until(expires))
        return SignedUpload("PUT", f"/media/u/{grants.sign(grant)}", {"Content-Type": content_type})

    def signed_download(
        self, key: str, *, filename: str, content_type: str, expires: timedelta, inline: bool = False
    ) -> str:
        served = served_as(filename, content_type, inline)
        max_age = int(expires.total_seconds())
        return (
            f"/media/d/{grants.sign(grants.DownloadGrant(checked_key(key), *served, max_age, grants.until(expires)))}"
        )

    def stat(self, key: str) -> Stored | None:
        try:
            return self._here(key)
        except NotFound:
            return None

    def read(self, key: str, start: int, length: int) -> bytes:
        file, found = self.reader(key)
        with file, disk():
            file.seek(start)
            return file.read(max(0, min(length, found.size - start)))

    def open(self, key: str) -> Iterator[bytes]:
        file, found = self.reader(key)
        return _chunks(file, found.size)

    def write(self, key: str, chunks: Iterable[bytes], content_type: str) -> Stored:
        with self.part(key, content_type) as part, disk():
            for chunk in chunks:
                part.write(chunk)
            return part.finish()

    def move(self, source: str, target: str, *, etag: str) -> Stored:
        path = self._path(target)
        with disk():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            os.rename(self._path(source), path)
        except FileNotFoundError:  # unless this is the second try
            return self._here(target)
        sync_folder(path.parent)
        # Looked at after the rename: from here on no upload can change it.
        if (moved := self._here(target)).etag == etag:
            return moved
        self.delete([target])
        raise NotFound()

    def delete(self, keys: Iterable[str]) -> None:
        with disk():
            for key in keys:
                self._path(key).unlink(missing_ok=True)

    def list(self, prefix: str = "") -> Iterator[Listed]:
        start = self.folder / checked_key(prefix.rpartition("/")[0]) if "/" in prefix else self.folder
        for path in start.rglob(f"*{SUFFIX}"):
            key = path.relative_to(self.folder).as_posix().removesuffix(SUFFIX)
            if key.startswith(prefix) and (info := _info(path)):
                yield Listed(key, info.st_size - TRAILER, datetime.fromtimestamp(info.st_mtime, UTC))

    def check(self) -> None:
        key, words = new_key("check"), b"May this be kept?"
        try:
            self.write(key, [words], "text/plain")
            kept = self.read(key, 0, len(words))
            self.delete([key])
        except (Unavailable, NotFound) as error:
            why = getattr(error.__cause__, "strerror", None) or error
            raise ImproperlyConfigured(f"CHATFLOW_DATA: no file can be kept in {self.folder}: {why}") from None
        if kept != words:
            raise ImproperlyConfigured(f"CHATFLOW_DATA: {self.folder} does not give back what was written")

    def part(self, key: str, content_type: str) -> Part:
        """Return a place for a file on its way in."""
        with disk():
            return Part(self._parts, self._path(key), checked_type(content_type))

    def reader(self, key: str) -> tuple[BinaryIO, Stored]:
        """Return the open file and what is known of it; it stays whole whatever happens to its key."""
        with disk():
            return opened(self._path(key))

    def _here(self, key: str) -> Stored:
        file, found = self.reader(key)
        file.close()
        return found

    def _path(self, key: str) -> Path:
        return self.folder / (checked_key(key) + SUFFIX)


def _chunks(file: BinaryIO, size: int) -> Iterator[bytes]:
    with file, disk():
        while size > 0 and (chunk := file.read(min(CHUNK, size))):
            size -= len(chunk)
            yield chunk


def _info(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except FileNotFoundError:  # deleted while being listed
        return None
