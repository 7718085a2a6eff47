"""The shell that carries the web client."""

from __future__ import annotations

import json
import re
import struct
from pathlib import Path

import pytest
from django.test import Client, RequestFactory
from pytest_django.fixtures import Settings

from config import pages

MANIFEST = {
    "src/main.tsx": {"file": "assets/main-1.js", "isEntry": True, "css": ["assets/main-1.css"], "imports": ["_ui.js"]},
    "_ui.js": {"file": "assets/ui-2.js", "css": ["assets/ui-2.css"], "imports": ["_base.js", "src/main.tsx"]},
    "_base.js": {"file": "assets/base-3.js"},
    "src/later.tsx": {"file": "assets/later-4.js", "isDynamicEntry": True},
}


@pytest.fixture
def built(tmp_path: Path, settings: Settings) -> Path:
    settings.WEB_CLIENT = tmp_path
    manifest = tmp_path / ".vite" / "manifest.json"
    manifest.parent.mkdir()
    manifest.write_text(json.dumps(MANIFEST))
    return manifest


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/rooms/7", "/rooms/7/81", "/anything/else"])
def test_every_path_of_the_client_gets_the_shell(built: Path, path: str) -> None:
    response = Client().get(path)
    text = response.content.decode()
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    assert '<div id="root"></div>' in text
    assert '<script type="module" src="/static/assets/main-1.js">' in text
    assert re.findall(r'modulepreload" href="([^"]+)"', text) == ["/static/assets/ui-2.js", "/static/assets/base-3.js"]
    assert re.findall(r'stylesheet" href="([^"]+)"', text) == ["/static/assets/main-1.css", "/static/assets/ui-2.css"]
    assert "later-4" not in text


@pytest.mark.django_db
def test_the_shell_tells_the_client_what_it_must_know_first(built: Path, settings: Settings) -> None:
    settings.SITE_NAME = "</script><b>Club"
    text = Client().get("/").content.decode()
    found = re.search(r'<script id="boot" type="application/json">(.*?)</script>', text)
    assert found
    boot = json.loads(found[1])
    assert boot == {
        "setup_needed": True,
        "site_name": "</script><b>Club",
        "registration_open": True,
        "version": settings.VERSION,
    }
    assert "<b>Club" not in text


def test_a_client_that_was_not_built_is_explained(tmp_path: Path, settings: Settings) -> None:
    settings.WEB_CLIENT = tmp_path / "nowhere"
    response = Client().get("/")
    assert response.status_code == 503
    assert b"make run" in response.content


def test_a_new_build_is_noticed(built: Path) -> None:
    assert (client := pages.web_client()) and client.script.endswith("main-1.js")
    changed = {"src/main.tsx": {"file": "assets/main-9.js"}}
    built.write_text(json.dumps(changed))
    assert (client := pages.web_client()) and client == pages.WebClient("/static/assets/main-9.js", [], [])


@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_nothing_below_api_is_said_in_json(method: str) -> None:
    response = getattr(Client(enforce_csrf_checks=True), method)("/api/v1/no/such/thing")
    assert response.status_code == 404
    assert response.json()["error"]["code"] == "not_found"


@pytest.mark.parametrize("path", ["/robots.txt", "/static/assets/none.js", "/wp-login.php"])
def test_what_looks_like_a_file_and_is_none_is_not_found(path: str) -> None:
    response = Client().get(path)
    assert response.status_code == 404
    assert b"There is no such page" in response.content


def test_the_shell_only_answers_reads() -> None:
    assert pages.app(RequestFactory().post("/")).status_code == 405


def test_the_admin_leaves_changing_passwords_to_the_client(client: Client) -> None:
    """Django's own page would leave the other sign-ins alive."""
    assert client.get("/admin/password_change/").headers["Location"] == "/"


def test_a_made_up_host_is_refused_without_a_traceback(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400
    assert [record for record in caplog.records if record.exc_info] == []


def test_the_service_worker_lies_at_the_root_and_is_asked_for_anew_each_time(built: Path) -> None:
    assert Client().get("/sw.js").status_code == 404
    (built.parent.parent / "sw.js").write_text("self.x = 1;")
    response = Client().get("/sw.js")
    assert response.content == b"self.x = 1;"
    assert response["Content-Type"] == "text/javascript"
    assert response["Cache-Control"] == "no-cache"
    assert response["Service-Worker-Allowed"] == "/"
    assert Client().post("/sw.js").status_code == 405


def test_the_manifest_names_the_site_and_icons_that_are_there(settings: Settings) -> None:
    settings.SITE_NAME = "The Club of Hedgehogs"
    response = Client().get("/manifest.webmanifest")
    assert response["Content-Type"] == "application/manifest+json"
    manifest = response.json()
    assert (manifest["name"], manifest["short_name"]) == ("The Club of Hedgehogs", "The Club of")
    assert (manifest["start_url"], manifest["scope"], manifest["display"]) == ("/", "/", "standalone")
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    public = settings.ROOT / "frontend" / "public"
    for icon in manifest["icons"]:
        width, height = struct.unpack(">II", (public / icon["src"].rpartition("/")[2]).read_bytes()[16:24])
        assert icon["sizes"] == f"{width}x{height}"
