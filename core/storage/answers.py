"""The headers of the local store's answers: nothing that comes from it may run, be guessed at, or be embedded elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core import wire
from core.errors import AppError

HARDENED = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
}


async def start(send: Any, status: int, headers: Mapping[str, str]) -> None:
    pairs = [
        (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in {**HARDENED, **headers}.items()
    ]
    await send({"type": "http.response.start", "status": status, "headers": pairs})


async def answer(send: Any, status: int, headers: Mapping[str, str], body: bytes = b"") -> None:
    """Send a whole answer that no cache may keep."""
    await start(send, status, {"Cache-Control": "no-store", "Content-Length": str(len(body)), **headers})
    await send({"type": "http.response.body", "body": body})


async def refuse(send: Any, error: AppError) -> None:
    """Send the error object; the connection ends, since a rest of the request may still be on it."""
    headers = {"Content-Type": "application/json", "Connection": "close"}
    await answer(send, error.status, headers, wire.encode({"error": error.payload()}))
