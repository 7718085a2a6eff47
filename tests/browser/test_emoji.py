"""The emoji picker by keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.pages import Visitor

Visit = Callable[..., Visitor]


def test_enter_takes_the_first_hit_and_arrows_reach_the_others(visit: Visit) -> None:
    visitor = visit().register("emma").create_room("Faces")
    keyboard, search = visitor.page.keyboard, visitor.page.get_by_label("Search emoji")
    visitor.page.get_by_role("button", name="Emoji", exact=True).click()
    search.fill("rocket")
    expect(visitor.page.get_by_role("button", name="rocket", exact=True)).to_be_visible()
    search.press("Enter")
    expect(visitor.composer).to_have_value("🚀")
    visitor.composer.press("Enter")
    visitor.sees("🚀")

    visitor.message("🚀").hover()
    visitor.message("🚀").get_by_role("button", name="Add reaction").click()
    search.fill("thumbs")
    expect(visitor.page.get_by_role("button", name=re.compile("^thumbs up"))).to_be_visible()
    for key in ("ArrowDown", "ArrowRight", "ArrowUp", "ArrowDown", "Enter"):
        keyboard.press(key)
    expect(visitor.message("🚀").get_by_role("list", name="Reactions").get_by_role("button")).to_have_count(1)
