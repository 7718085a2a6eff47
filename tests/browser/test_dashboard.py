"""The admin's front page in a browser: for everybody, on a phone too, and its tiles move."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.pages import PASSWORD, Visitor
from tests.browser.test_everywhere import fits, no_barriers
from tests.services import Server, servers

Visit = Callable[..., Visitor]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Run a site that is lived in, and counted."""
    with servers(1, SITE_TIME_ZONE="Europe/Berlin") as (running,):
        running.manage("seed_demo", "--messages", "600", "--password", PASSWORD)
        running.manage("fill_analytics")
        yield running
        assert "Traceback" not in running.log.read_text()


def enter(visitor: Visitor, username: str = "ada") -> Visitor:
    visitor.go("/admin/")
    visitor.page.get_by_label("Username").fill(username)
    visitor.page.get_by_label("Password").fill(PASSWORD)
    visitor.page.get_by_role("button", name="Log in").click()
    # A route that is set while a page is being left holds for neither page.
    expect(visitor.page.get_by_role("heading", name="Desk")).to_be_visible()
    return visitor


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_there_are_no_barriers(visit: Visit, scheme: str, width: int) -> None:
    ada = visit(width, 800)
    ada.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    enter(ada)
    expect(ada.page.get_by_role("img", name="Messages")).to_be_visible()
    ada.page.get_by_text("Numbers of Busiest hours").locator("..").click()
    expect(ada.page.get_by_role("region", name="Numbers of Busiest hours").get_by_role("row")).to_have_count(25)
    no_barriers(ada)
    assert fits(ada)
    ada.page.get_by_role("link", name="general").click()
    expect(ada.page.get_by_role("heading", name="general", level=1)).to_be_visible()
    no_barriers(ada)
    assert fits(ada)


def test_ranges_and_zones_are_chosen_by_links_and_days(visit: Visit) -> None:
    page = enter(visit()).page
    page.get_by_role("link", name="7 days").click()
    expect(page.get_by_role("link", name="7 days")).to_have_attribute("aria-current", "true")
    page.get_by_role("link", name="UTC").click()
    expect(page.get_by_role("link", name="UTC")).to_have_attribute("aria-current", "true")
    expect(page.get_by_role("link", name="7 days")).to_have_attribute("aria-current", "true")
    page.get_by_label("From", exact=True).fill("2026-01-01")
    page.get_by_label("to", exact=True).fill("2026-01-20")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("heading", name="1 January 2026 to 20 January 2026")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Days as CSV").click()
    assert download.value.suggested_filename == "chatflow-days-2026-01-01-2026-01-20.csv"


def test_tiles_move_while_people_talk(visit: Visit) -> None:
    page = enter(visit()).page
    writer = visit().register("tina").create_room("Tiles")
    writer.say("one").say("two").sees("two")
    tile = page.locator("[data-tile=messages] strong")
    expect(tile).to_have_text("2")
    expect(page.locator("[data-tile=sockets] strong")).to_have_text("1")
    expect(page.locator("[data-tile=delivery_p99] strong")).to_contain_text("ms")


def test_a_server_that_does_not_answer_is_told(visit: Visit) -> None:
    page = enter(visit()).page
    page.route("**/live.json", lambda route: route.abort())
    expect(page.get_by_text("These numbers are not being renewed")).to_be_visible()
    page.unroute("**/live.json")
    expect(page.get_by_text("These numbers are not being renewed")).to_be_hidden()
