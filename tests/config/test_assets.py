"""Static files as the server gives them away."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from asgiref.testing import ApplicationCommunicator
from pytest_django.fixtures import Settings

from config.assets import StaticFiles


@pytest.fixture
def site(tmp_path: Path, settings: Settings) -> StaticFiles:
    files = {"assets/main-abc.js": "plain text", "assets/main-abc.js.br": "packed", ".vite/manifest.json": "{}"}
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    settings.STATICFILES_DIRS = [tmp_path]
    return StaticFiles(_django)


async def _django(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 404, "headers": []})
    await send({"type": "http.response.body", "body": b"django"})


@async_to_sync
async def fetch(site: StaticFiles, path: str, accept: bytes = b"identity") -> tuple[int, dict[str, str], bytes]:
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": b"",
        "headers": [(b"accept-encoding", accept)],
    }
    told = ApplicationCommunicator(site, scope)
    await told.send_input({"type": "http.request"})
    start, parts = await told.receive_output(), [await told.receive_output()]
    while parts[-1].get("more_body"):
        parts.append(await told.receive_output())
    await told.wait()
    headers = {name.decode(): value.decode() for name, value in start["headers"]}
    return start["status"], headers, b"".join(part["body"] for part in parts)


def test_files_with_a_hash_are_kept_for_ever(site: StaticFiles) -> None:
    status, headers, body = fetch(site, "/static/assets/main-abc.js")
    assert (status, body) == (200, b"plain text")
    assert "immutable" in headers["cache-control"]
    assert headers["content-type"].startswith("text/javascript")
    assert headers["x-content-type-options"] == "nosniff"


def test_files_under_their_own_name_are_asked_for_again(site: StaticFiles) -> None:
    _, headers, _ = fetch(site, "/static/icon.svg")
    assert headers["cache-control"] == "max-age=60, public"
    assert headers["content-type"] == "image/svg+xml"


def test_who_can_unpack_gets_the_packed_file(site: StaticFiles) -> None:
    _, headers, body = fetch(site, "/static/assets/main-abc.js", b"gzip, br")
    assert headers["content-encoding"] == "br"
    assert body == b"packed"


@pytest.mark.parametrize(
    "path", ["/static/.vite/manifest.json", "/static/../config/settings.py", "/static/assets/none.js", "/"]
)
def test_everything_else_is_left_to_django(site: StaticFiles, path: str) -> None:
    assert fetch(site, path)[2] == b"django"
