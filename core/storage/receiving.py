"""An upload to the local store: counted while it streams to the disk, whole at the end or not there at all."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from core.errors import Forbidden, Invalid, TooLarge
from core.storage.contract import Stored
from core.storage.grants import UploadGrant
from core.storage.local import LocalStore, disk
from core.storage.parts import Part

STALLED_AFTER = 60  # seconds without a byte
DRAINED_BYTES, DRAINED_SECONDS = 2 * 1024 * 1024, 5


class Disconnected(Exception):
    """The browser has gone: there is nobody to answer."""


class Body:
    """The body of one request, as it comes."""

    def __init__(self, receive: Any) -> None:
        self._receive = receive
        self.ended = False

    async def next(self) -> bytes:
        """Return what has come; raise `Disconnected` when the browser has gone, `Invalid` when nothing comes any more."""
        try:
            event = await asyncio.wait_for(self._receive(), STALLED_AFTER)
        except TimeoutError:
            self.ended = True
            raise Invalid(message="The upload has stalled.") from None
        if event["type"] == "http.disconnect":
            raise Disconnected()
        self.ended = not event.get("more_body", False)
        chunk: bytes = event.get("body", b"")
        return chunk

    async def drain(self) -> None:
        """Drop a bounded rest before a refusal: a connection closed on a browser that still sends loses the answer."""
        dropped = 0
        with suppress(TimeoutError, Disconnected):
            async with asyncio.timeout(DRAINED_SECONDS):
                while not self.ended and dropped < DRAINED_BYTES:
                    dropped += len(await self.next())


async def receive_file(store: LocalStore, allowed: UploadGrant, headers: Mapping[str, str], body: Body) -> Stored:
    """Keep the request's body if it is what was granted. The disk's work is done off the event loop."""
    _require_granted(allowed, headers)
    part = await asyncio.to_thread(store.part, allowed.key, allowed.content_type)
    try:
        await _fill(part, allowed.size, body)
        return await asyncio.to_thread(_finish, part)
    finally:
        await asyncio.to_thread(part.close)


def _require_granted(allowed: UploadGrant, headers: Mapping[str, str]) -> None:
    if headers.get("content-type", "").strip().lower() != allowed.content_type:
        raise Forbidden()
    length = headers.get("content-length", "")
    if length and int(length) != allowed.size:
        raise TooLarge() if int(length) > allowed.size else _too_short()


async def _fill(part: Part, size: int, body: Body) -> None:
    while not body.ended:
        chunk = await body.next()
        if part.size + len(chunk) > size:
            raise TooLarge()
        await asyncio.to_thread(_write, part, chunk)
    if part.size < size:
        raise _too_short()


def _write(part: Part, chunk: bytes) -> None:
    with disk():
        part.write(chunk)


def _finish(part: Part) -> Stored:
    with disk():
        return part.finish()


def _too_short() -> Invalid:
    return Invalid(message="The file is smaller than announced.")
