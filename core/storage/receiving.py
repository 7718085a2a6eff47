"""An upload to the local store: counted while it streams to the disk, whole at the end or not there at all."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from core.errors import Forbidden, Invalid, TooLarge
from core.storage.contract import Stored
from core.storage.grants import UploadGrant
from core.storage.local import LocalStore, disk
from core.storage.parts import Part

STALLED_AFTER = 60  # seconds without a byte
# A connection closed on a browser that still sends loses the answer, so a little more is read and dropped.
DRAINED_BYTES, DRAINED_SECONDS = 2 * 1024 * 1024, 5


class Disconnected(Exception):
    """The browser has gone: there is nobody to answer."""


async def receive_file(store: LocalStore, allowed: UploadGrant, headers: Mapping[str, str], receive: Any) -> Stored:
    """Keep the request's body if it is what was granted. The disk's work is done off the event loop."""
    _require_granted(allowed, headers)
    part = await asyncio.to_thread(store.part, allowed.key, allowed.content_type)
    try:
        await _fill(part, allowed.size, receive)
        return await asyncio.to_thread(_finish, part)
    finally:
        await asyncio.to_thread(part.close)


def _require_granted(allowed: UploadGrant, headers: Mapping[str, str]) -> None:
    if headers.get("content-type", "").strip().lower() != allowed.content_type:
        raise Forbidden()
    length = headers.get("content-length", "")
    if length and int(length) != allowed.size:
        raise TooLarge() if int(length) > allowed.size else _too_short()


async def _fill(part: Part, size: int, receive: Any) -> None:
    more = True
    while more:
        chunk, more = await _next(receive)
        if part.size + len(chunk) > size:
            raise TooLarge()
        await asyncio.to_thread(_write, part, chunk)
    if part.size < size:
        raise _too_short()


async def _next(receive: Any) -> tuple[bytes, bool]:
    try:
        event = await asyncio.wait_for(receive(), STALLED_AFTER)
    except TimeoutError:
        raise Invalid(message="The upload has stalled.") from None
    if event["type"] == "http.disconnect":
        raise Disconnected()
    return event.get("body", b""), event.get("more_body", False)


def _write(part: Part, chunk: bytes) -> None:
    with disk():
        part.write(chunk)


def _finish(part: Part) -> Stored:
    with disk():
        return part.finish()


def _too_short() -> Invalid:
    return Invalid(message="The file is smaller than announced.")


async def drain(receive: Any) -> None:
    """Drop a bounded rest of the body of a request that is about to be refused."""
    dropped, more = 0, True
    try:
        async with asyncio.timeout(DRAINED_SECONDS):
            while more and dropped < DRAINED_BYTES:
                chunk, more = await _next(receive)
                dropped += len(chunk)
    except (TimeoutError, Disconnected):
        return
