"""A telephone: no pointer hovers, a finger holds."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, expect

from tests.browser.pages import Visitor

Visit = Callable[..., Visitor]

LONGER_THAN_A_TAP_MS = 900


def hold(visitor: Visitor, target: Locator) -> None:
    """Put a finger on it, wait, and lift the finger."""
    visitor.page.wait_for_timeout(LONGER_THAN_A_TAP_MS)  # a new list is still finding its place
    box = target.bounding_box()
    assert box
    finger = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    touch = visitor.page.context.new_cdp_session(visitor.page)
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [finger]})
    visitor.page.wait_for_timeout(LONGER_THAN_A_TAP_MS)
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_holding_a_message_opens_its_menu_and_lifting_the_finger_keeps_it(visit: Visit) -> None:
    visitor = visit(390, 844).register("tilda").create_room("Pocket")
    visitor.composer.fill("hold me")
    visitor.page.get_by_role("button", name="Send").tap()
    visitor.sees("hold me")
    hold(visitor, visitor.message("hold me"))
    menu = visitor.page.get_by_role("menu")
    visitor.page.wait_for_timeout(LONGER_THAN_A_TAP_MS)
    expect(menu).to_be_visible()
    menu.get_by_role("menuitem", name="Edit").tap()
    expect(menu).to_have_count(0)
    expect(visitor.composer).to_have_value("hold me")
