"""A download from the local store: headers like those S3 gives, one range, never the whole file in memory."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import Any, BinaryIO

from core.storage.answers import start
from core.storage.contract import Stored
from core.storage.grants import DownloadGrant
from core.storage.local import CHUNK, LocalStore

RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


class Unsatisfiable(Exception):
    """The range begins behind the end of the file."""

    def __init__(self, size: int) -> None:
        self.size = size
        super().__init__(size)


async def send_file(store: LocalStore, asked: DownloadGrant, headers: Mapping[str, str], send: Any) -> None:
    """Answer with the file, a range of it, or that the browser's copy is still good."""
    file, stored = await asyncio.to_thread(store.reader, asked.key)
    try:
        status, first, stop = _wanted(headers, stored)
        told = _about(asked, stored)
        if status != 304:
            told |= {"Content-Type": asked.content_type, "Content-Length": str(stop - first)}
        if status == 206:
            told["Content-Range"] = f"bytes {first}-{stop - 1}/{stored.size}"
        await start(send, status, told)
        await _send_bytes(file, first, stop, send)
    finally:
        file.close()


def _about(asked: DownloadGrant, stored: Stored) -> dict[str, str]:
    return {
        "Content-Disposition": asked.disposition,
        "Cache-Control": f"private, max-age={asked.max_age}",
        "Accept-Ranges": "bytes",
        "ETag": f'"{stored.etag}"',
    }


def _wanted(headers: Mapping[str, str], stored: Stored) -> tuple[int, int, int]:
    """Return the status and which bytes go out."""
    etag = f'"{stored.etag}"'
    if etag in headers.get("if-none-match", ""):
        return 304, 0, 0
    part = span(headers.get("range", ""), stored.size) if headers.get("if-range", etag) == etag else None
    return (206, *part) if part else (200, 0, stored.size)


def span(header: str, size: int) -> tuple[int, int] | None:
    """Return the first byte and the one after the last. What is not one plain range is ignored, as HTTP allows."""
    match = RANGE.fullmatch(header.strip())
    first, last = match.groups() if match else ("", "")
    if (not first and not last) or (first and last and int(last) < int(first)):
        return None
    if first:
        begin, stop = int(first), min(size, int(last) + 1 if last else size)
    else:
        begin, stop = max(0, size - int(last)), size
    if begin >= stop:
        raise Unsatisfiable(size)
    return begin, stop


async def _send_bytes(file: BinaryIO, first: int, stop: int, send: Any) -> None:
    file.seek(first)
    while first < stop and (chunk := await asyncio.to_thread(file.read, min(CHUNK, stop - first))):
        first += len(chunk)
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b""})
