"""Finding one's way: messages by their words, rooms and people by a few letters."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.pages import Visitor

Visit = Callable[..., Visitor]


def test_a_message_is_found_and_opened_where_it_was_said(visit: Visit) -> None:
    ann = visit().register("searchann")
    ann.create_room("Harbour")
    for number in range(70):
        ann.say(f"ship {number} of the fleet")
    ann.sees("ship 69 of the fleet")
    ann.say("anchor <b>down</b>, said the 船长").sees("anchor")
    page = ann.page
    page.get_by_role("button", name="Search messages").click()
    field = page.get_by_role("searchbox", name="Search messages")
    expect(field).to_be_focused()
    field.fill("ship 3 fleet")
    hits = page.get_by_test_id("search-hit")
    expect(hits.first).to_contain_text("ship 3")
    field.fill('"ship 2 of" in:harbour')
    expect(hits.locator("mark")).to_have_text(["ship 2 of"])
    expect(hits).to_have_count(1)
    field.press("ArrowDown")
    expect(hits.first).to_be_focused()
    page.keyboard.press("Enter")
    expect(ann.message("ship 2 of the fleet")).to_be_in_viewport()
    expect(page.locator(".flash")).to_contain_text("ship 2 of the fleet")
    field.fill("船长")
    expect(hits).to_contain_text("anchor <b>down</b>")  # what looks like markup is text
    field.fill("whale")
    expect(page.get_by_text("Nothing was found.")).to_be_visible()
    field.press("Escape")
    expect(field).to_have_count(0)


def test_the_switcher_goes_to_rooms_and_people_by_keyboard(visit: Visit) -> None:
    bob = visit().register("switchbob")
    ann = visit().register("switchann")
    ann.create_room("Lighthouse").create_room("Harbour Two")
    page = ann.page
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Room or person").fill("lgh")
    expect(page.get_by_role("option").first).to_contain_text("Lighthouse")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Lighthouse")).to_be_visible()
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Room or person").fill("switchbob")
    expect(page.get_by_role("option").first).to_contain_text("@switchbob")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Switchbob")).to_be_visible()
    ann.say("hello from the switcher").sees("hello from the switcher")
    expect(bob.page.get_by_test_id("room-link").filter(has_text="Switchann")).to_be_visible()


def test_a_pin_shows_up_for_everybody_and_a_day_is_jumped_to(visit: Visit) -> None:
    ann = visit().register("pinann")
    ann.create_room("Lagoon").say("read me first").sees("read me first")
    ben = visit(390, 800).register("pinben").join_room("Lagoon")
    ann.choose(ann.message("read me first"), "Pin for everybody")
    expect(ben.message("read me first")).to_contain_text("Pinned")
    ben.page.get_by_role("button", name="Room menu").click()
    ben.page.get_by_role("menuitem", name="Pinned messages").click()
    panel = ben.page.get_by_role("complementary", name="Pinned messages")
    expect(panel).to_contain_text("Pinned by Pinann")
    expect(panel.get_by_role("button", name="Unpin")).to_have_count(0)  # he is no moderator
    ann.choose(ann.message("read me first"), "Unpin")
    expect(panel).to_contain_text("Nothing is pinned here.")
    panel.get_by_role("button", name="Close pinned messages").click()
    ben.page.get_by_role("button", name="Room menu").click()
    ben.page.get_by_role("menuitem", name="Jump to date").click()
    ben.page.get_by_role("dialog").get_by_role("button", name="Jump", exact=True).click()
    expect(ben.page.locator(".flash")).to_contain_text("read me first")
