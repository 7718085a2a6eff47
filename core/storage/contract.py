"""What a store can do. Keys are made by `new_key`, never by a client; content types are bare and lower-case: `image/png`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol


@dataclass(frozen=True)
class SignedUpload:
    """How the browser sends one file: this request, with the file as its body. A local `url` has no origin of its own."""

    method: str
    url: str
    headers: dict[str, str]


@dataclass(frozen=True)
class Stored:
    """A file that is there. `etag` changes whenever the contents do."""

    size: int
    content_type: str
    etag: str


@dataclass(frozen=True)
class Listed:
    key: str
    size: int
    modified: datetime


class Store(Protocol):
    """Raises `NotFound` for a key that is not there and `Unavailable` when the store does not answer."""

    def ask_upload(self, key: str, *, size: int, content_type: str, expires: timedelta) -> SignedUpload:
        """Return a request that can put exactly `size` bytes of `content_type` at `key`, and nothing else, until it expires.

        It can be repeated until then: `move` what has been checked out of its reach.
        """
        ...

    def signed_download(
        self, key: str, *, filename: str, content_type: str, expires: timedelta, inline: bool = False
    ) -> str:
        """Return a URL that gives the file to whoever has it, saved as `filename`; `inline` counts for media alone."""
        ...

    def stat(self, key: str) -> Stored | None: ...

    def read(self, key: str, start: int, length: int) -> bytes:
        """Return up to `length` bytes from `start`; fewer where the file ends."""
        ...

    def open(self, key: str) -> Iterator[bytes]:
        """Return the contents in parts of at most 256 KiB."""
        ...

    def write(self, key: str, chunks: Iterable[bytes], content_type: str) -> Stored:
        """Keep what the server itself made. It appears whole or not at all."""
        ...

    def move(self, source: str, target: str, *, etag: str) -> Stored:
        """Give a file the key `target` if it is still the one of `etag`; another one is not found. Can be repeated."""
        ...

    def delete(self, keys: Iterable[str]) -> None:
        """Remove the files that are there."""
        ...

    def list(self, prefix: str = "") -> Iterator[Listed]:
        """Return every file whose key starts with `prefix`, in no particular order."""
        ...

    def check(self) -> None:
        """Try everything on a file of its own; raise `ImproperlyConfigured` with the variable to look at."""
        ...
