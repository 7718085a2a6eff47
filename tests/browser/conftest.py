"""A real Chromium against the real server, as people use it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.pages import PASSWORD, Visitor
from tests.services import ROOT, Server, required, servers

OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
expect.set_options(timeout=15_000)


@pytest.fixture(scope="module")  # Playwright runs an event loop: longer, and it would be in the way of others
def chromium() -> Iterator[Browser]:
    program = required("chromium")
    if not (ROOT / "frontend" / "dist" / ".vite" / "manifest.json").exists():
        (pytest.fail if os.environ.get("CI") else pytest.skip)("the web client has not been built: make test builds it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=OPTIONS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Run a site that has its administrator, `admin`, already."""
    with servers(1, ADMIN_EMAIL="admin@example.org", ADMIN_PASSWORD=PASSWORD) as (running,):
        yield running
        assert "Traceback" not in running.log.read_text()


@pytest.fixture
def visit(chromium: Browser, server: Server) -> Iterator[Callable[..., Visitor]]:
    """Return a function that opens the site in a browser of its own (own cookies, own storage)."""
    problems: list[str] = []
    contexts = []

    def open_one(width: int = 1280, height: int = 800) -> Visitor:
        context = chromium.new_context(viewport={"width": width, "height": height}, has_touch=width < 500)
        contexts.append(context)
        context.set_default_timeout(10_000)
        page: Page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda line: problems.append(line.text) if "Content Security" in line.text else None)
        return Visitor(page, server.url)

    yield open_one
    for context in contexts:
        context.close()
    assert problems == []
