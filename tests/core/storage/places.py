"""A store with what a browser sees of it: requests to its signed URLs go over real HTTP."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx
import uvicorn

from core.storage.contract import SignedUpload, Store
from core.storage.local import LocalStore
from core.storage.media import Media
from core.storage.names import new_key
from core.storage.options import LocalOptions, S3Options
from core.storage.s3 import S3Store
from tests.core.storage.strict_s3 import ACCESS_KEY, SECRET_KEY
from tests.services import free_port

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40
SOON = timedelta(minutes=5)


@dataclass
class Place:
    name: str
    store: Store
    origin: str

    def send(self, upload: SignedUpload, body: Any, **changed: str) -> httpx.Response:
        headers = upload.headers | {name.replace("_", "-"): value for name, value in changed.items()}
        return httpx.request(upload.method, urljoin(self.origin, upload.url), content=body, headers=headers)

    def get(self, url: str, **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return httpx.get(urljoin(self.origin, url), headers=named)

    def ask(self, size: int = len(PNG), content_type: str = "image/png", key: str = "") -> tuple[str, SignedUpload]:
        key = key or new_key("tests")
        return key, self.store.ask_upload(key, size=size, content_type=content_type, expires=SOON)

    def empty(self) -> Place:
        self.store.delete([found.key for found in self.store.list()])
        return self

    def kept(self, body: bytes = PNG, content_type: str = "image/png") -> str:
        key = new_key("tests")
        self.store.write(key, [body], content_type)
        return key

    def link(self, key: str, filename: str = "a.png", content_type: str = "image/png", inline: bool = False) -> str:
        return self.store.signed_download(
            key, filename=filename, content_type=content_type, expires=SOON, inline=inline
        )


async def nothing(scope: Any, receive: Any, send: Any) -> None:
    """Stand for the rest of the site."""
    await send({"type": "http.response.start", "status": 404, "headers": []})
    await send({"type": "http.response.body", "body": b"the rest of the site"})


@contextmanager
def local_place(folder: Path) -> Iterator[Place]:
    store, port = LocalStore(LocalOptions(folder)), free_port()
    server = uvicorn.Server(uvicorn.Config(Media(nothing, store), port=port, lifespan="off", log_config=None))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.005)
    try:
        yield Place("local", store, f"http://127.0.0.1:{port}")
    finally:
        server.should_exit = True
        thread.join()


def s3_options(endpoint: str, **changed: str) -> S3Options:
    options = S3Options("chatflow", endpoint, access_key=ACCESS_KEY, secret_key=SECRET_KEY, prefix="site/")
    return replace(options, **changed)


@contextmanager
def s3_place(endpoint: str) -> Iterator[Place]:
    store = S3Store(s3_options(endpoint))
    store._client.create_bucket(Bucket="chatflow")
    try:
        yield Place("s3", store, endpoint)
    finally:
        close(store)


def close(store: S3Store) -> None:
    store._client.close()
    store._signer.close()
