"""The local store's own door for browsers, ahead of Django, which would take in a whole body before looking at it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core import wire
from core.errors import AppError, NotFound
from core.storage import grants
from core.storage.contract import Store
from core.storage.local import LocalStore
from core.storage.receiving import Disconnected, drain, receive_file
from core.storage.sending import Unsatisfiable, send_file

UPLOAD, DOWNLOAD = "/media/u/", "/media/d/"
HARDENED = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
}


class Media:
    """Wraps the site's ASGI application and answers `PUT /media/u/<grant>` and `GET /media/d/<grant>`."""

    def __init__(self, application: Any, store: Store) -> None:
        self._application = application
        # With S3 these paths lead nowhere.
        self._store = store if isinstance(store, LocalStore) else None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if not scope["path"].startswith((UPLOAD, DOWNLOAD)):
            await self._application(scope, receive, send)
            return
        try:
            await self._serve(scope, receive, send)
        except Disconnected:
            return
        except Unsatisfiable as error:
            await answer(send, 416, {"Content-Range": f"bytes */{error.size}"})
        except AppError as error:
            await drain(receive)
            await answer(send, error.status, {"Connection": "close"}, wire.encode({"error": error.payload()}))

    async def _serve(self, scope: Any, receive: Any, send: Any) -> None:
        if self._store is None:
            raise NotFound()
        method, path, headers = scope["method"], scope["path"], headers_of(scope)
        if method == "PUT" and path.startswith(UPLOAD):
            allowed = grants.read(grants.UploadGrant, path.removeprefix(UPLOAD))
            stored = await receive_file(self._store, allowed, headers, receive)
            await answer(send, 200, {"ETag": f'"{stored.etag}"'})
        elif method == "GET" and path.startswith(DOWNLOAD):
            asked = grants.read(grants.DownloadGrant, path.removeprefix(DOWNLOAD))
            await send_file(self._store, asked, headers, send, HARDENED)
        else:
            await answer(send, 405, {"Allow": "PUT" if path.startswith(UPLOAD) else "GET"})


def headers_of(scope: Any) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}


async def answer(send: Any, status: int, headers: Mapping[str, str], body: bytes = b"") -> None:
    """Send a whole answer that no cache may keep."""
    fixed = HARDENED | {"Cache-Control": "no-store", "Content-Length": str(len(body))}
    fixed |= {"Content-Type": "application/json"} if body else {}
    await send({"type": "http.response.start", "status": status, "headers": raw(fixed | headers)})
    await send({"type": "http.response.body", "body": body})


def raw(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
