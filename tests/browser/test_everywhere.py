"""On a phone and for everybody: no sideways scrolling at 360 px, and nothing that axe finds wrong."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.pages import Visitor

Visit = Callable[..., Visitor]
STANDARDS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


def no_barriers(person: Visitor) -> None:
    person.page.wait_for_timeout(300)  # colours in transition are measured as they are
    found = Axe().run(person.page, options=STANDARDS)
    assert found.violations_count == 0, found.generate_report()


def fits(person: Visitor) -> bool:
    return bool(person.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_there_are_no_barriers(visit: Visit, scheme: str) -> None:
    alice = visit()
    alice.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    alice.go()
    expect(alice.page.get_by_role("button", name="Sign in")).to_be_visible()
    no_barriers(alice)
    alice.register(f"axe{scheme}").create_room("Access")
    alice.say("hello **all** `code` https://example.org").sees("hello")
    alice.page.get_by_role("button", name=re.compile("Members")).click()
    no_barriers(alice)
    alice.page.get_by_role("button", name="Settings").click()
    no_barriers(alice)
    alice.page.get_by_role("tab", name="Notifications").click()
    alice.page.get_by_label("No notifications at certain hours").check()
    no_barriers(alice)
    alice.page.keyboard.press("Escape")
    alice.page.get_by_role("button", name=re.compile("Notifications: ")).click()
    no_barriers(alice)


def test_a_conversation_on_a_phone(visit: Visit) -> None:
    alice = visit(360, 640)
    alice.register("phoebe").create_room("Phone")
    assert fits(alice)
    alice.composer.fill("a long message " * 20 + "w" * 100)
    alice.page.get_by_role("button", name="Send").click()
    alice.sees("a long message")
    assert fits(alice)
    alice.page.get_by_role("button", name="Back to rooms").click()
    expect(alice.page.get_by_role("navigation", name="Rooms")).to_be_visible()
    assert fits(alice)
    alice.page.get_by_test_id("room-link").filter(has_text="Phone").click()
    alice.sees("a long message")


def test_the_api_can_be_browsed(visit: Visit) -> None:
    reader = visit().go("/api/docs/")
    expect(reader.page.get_by_text("/api/v1/rooms/{room_id}/messages").first).to_be_visible()
