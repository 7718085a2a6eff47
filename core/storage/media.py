"""The local store's own door for browsers, ahead of Django, which would take in a whole body before looking at it."""

from __future__ import annotations

from typing import Any

from core.errors import AppError, NotFound
from core.storage import grants
from core.storage.answers import answer, refuse
from core.storage.contract import Store
from core.storage.local import LocalStore
from core.storage.receiving import Body, Disconnected, receive_file
from core.storage.sending import Unsatisfiable, send_file

UPLOAD, DOWNLOAD = "/media/u/", "/media/d/"


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
        body = Body(receive)
        try:
            await self._serve(scope, body, send)
        except Disconnected:
            return
        except Unsatisfiable as error:
            await answer(send, 416, {"Content-Range": f"bytes */{error.size}"})
        except AppError as error:
            await body.drain()
            await refuse(send, error)

    async def _serve(self, scope: Any, body: Body, send: Any) -> None:
        if self._store is None:
            raise NotFound()
        method, path, headers = scope["method"], scope["path"], _headers(scope)
        if method == "PUT" and path.startswith(UPLOAD):
            allowed = grants.read(grants.UploadGrant, path.removeprefix(UPLOAD))
            stored = await receive_file(self._store, allowed, headers, body)
            await answer(send, 200, {"ETag": f'"{stored.etag}"'})
        elif method == "GET" and path.startswith(DOWNLOAD):
            asked = grants.read(grants.DownloadGrant, path.removeprefix(DOWNLOAD))
            await send_file(self._store, asked, headers, send)
        else:
            await answer(send, 405, {"Allow": "PUT" if path.startswith(UPLOAD) else "GET"})


def _headers(scope: Any) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
