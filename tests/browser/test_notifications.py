"""Notifications as a browser takes them: the service worker, the page without a network, the settings.

No push service is reached from here: pushes are handed to the service worker by the browser's own developer protocol.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import httpx
from playwright.sync_api import CDPSession, expect

from tests.browser.pages import Visitor
from tests.services import Server

Visit = Callable[..., Visitor]
SHOWN = """async () => (await (await navigator.serviceWorker.ready).getNotifications())
    .map(({ title, body, tag, data }) => ({ title, body, tag, path: data.path }))"""


class Pushes:
    """Hands pushes to the service worker of a page, as a push service would."""

    def __init__(self, visitor: Visitor) -> None:
        self.page, self.origin = visitor.page, visitor.url
        visitor.page.context.grant_permissions(["notifications"], origin=visitor.url)
        self.page.evaluate("async () => void (await navigator.serviceWorker.ready)")
        self.session: CDPSession = self.page.context.new_cdp_session(self.page)
        self.registrations: list[dict[str, Any]] = []
        self.session.on(
            "ServiceWorker.workerRegistrationUpdated", lambda event: self.registrations.extend(event["registrations"])
        )
        self.session.send("ServiceWorker.enable")
        self.page.wait_for_timeout(200)

    def deliver(self, **note: Any) -> None:
        mine = next(one for one in self.registrations if one["scopeURL"] == f"{self.origin}/")
        told = {"origin": self.origin, "registrationId": mine["registrationId"], "data": json.dumps(note)}
        self.session.send("ServiceWorker.deliverPushMessage", told)

    def shown(self, count: int) -> list[dict[str, Any]]:
        """Return what is shown, as soon as it is so many."""
        for _ in range(50):
            found: list[dict[str, Any]] = self.page.evaluate(SHOWN)
            if len(found) == count:
                return found
            self.page.wait_for_timeout(100)
        raise AssertionError(f"shown: {found}")


def test_the_service_worker_takes_what_is_pushed(visit: Visit) -> None:
    visitor = visit().register("pia").create_room("Pushed")
    pushes = Pushes(visitor)
    note = {"kind": "message", "tag": "room-7", "room_id": "7", "url": "/rooms/7/81"}
    pushes.deliver(**note, title="Ann in Pushed", body="hello")
    assert pushes.shown(1) == [{"title": "Ann in Pushed", "body": "hello", "tag": "room-7", "path": "/rooms/7/81"}]
    pushes.deliver(**note, title="Bob in Pushed", body="hello again")  # takes the place of the first
    visitor.page.wait_for_timeout(300)
    assert [one["body"] for one in pushes.shown(1)] == ["hello again"]
    pushes.deliver(**note | {"tag": "room-8", "url": "https://evil.example/"}, title="Eve", body="come")
    assert {one["path"] for one in pushes.shown(2)} == {"/rooms/7/81", "/"}
    pushes.deliver(kind="withdraw", tag="room-7", title="ChatFlow", body="Read elsewhere")
    assert [one["tag"] for one in pushes.shown(1)] == ["room-8"]


def test_a_push_about_what_is_in_front_of_the_person_is_not_shown(visit: Visit) -> None:
    visitor = visit().register("vera").create_room("In view")
    pushes = Pushes(visitor)
    visitor.page.bring_to_front()
    room_id = visitor.page.url.rpartition("/")[2]
    note = {"kind": "message", "title": "Ann", "body": "hello", "url": "/"}
    pushes.deliver(**note, tag=f"room-{room_id}", room_id=room_id)
    pushes.deliver(**note, tag="room-7", room_id="7")
    assert [one["tag"] for one in pushes.shown(1)] == ["room-7"]


def test_the_page_opens_without_a_network_and_shows_what_it_knows(visit: Visit) -> None:
    visitor = visit().register("olga").create_room("Offline")
    visitor.say("before the tunnel").sees("before the tunnel")
    visitor.page.evaluate("async () => void (await navigator.serviceWorker.ready)")
    visitor.page.wait_for_function("async () => (await caches.keys()).includes('chatflow.shell')")
    visitor.page.wait_for_timeout(1_500)  # what is known is written down a second after it has changed
    visitor.page.context.set_offline(True)
    visitor.page.reload()
    visitor.sees("before the tunnel")
    expect(visitor.page.get_by_test_id("connection-banner")).to_be_visible()
    visitor.say("in the tunnel").sees("in the tunnel", state="pending")
    visitor.page.context.set_offline(False)
    visitor.sees("in the tunnel")


def test_a_page_of_an_older_build_is_not_shown_while_there_is_a_newer_one(visit: Visit, server: Server) -> None:
    visitor = visit().register("nora")
    visitor.page.evaluate("async () => void (await navigator.serviceWorker.ready)")
    visitor.page.wait_for_function("async () => (await caches.keys()).includes('chatflow.shell')")
    visitor.page.evaluate(
        """async () => (await caches.open("chatflow.shell")).put("/", new Response("an old page", {
            headers: { "Content-Type": "text/html" } }))"""
    )
    visitor.page.reload()
    expect(visitor.page.get_by_role("navigation", name="Rooms")).to_be_visible()
    assert "an old page" not in visitor.page.content()
    kept = "async () => (await (await (await caches.open('chatflow.shell')).match('/')).text()).includes('id=\"root\"')"
    visitor.page.wait_for_function(kept)


def test_the_site_can_be_installed(visit: Visit, server: Server) -> None:
    visitor = visit().go()
    session = visitor.page.context.new_cdp_session(visitor.page)
    found = session.send("Page.getAppManifest")
    assert found["errors"] == []
    assert found["url"] == f"{server.url}/manifest.webmanifest"
    for icon in json.loads(found["data"])["icons"]:
        answer = httpx.get(server.url + icon["src"])
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    visitor.page.evaluate("async () => void (await navigator.serviceWorker.ready)")
    errors = {one["errorId"] for one in session.send("Page.getInstallabilityErrors")["installabilityErrors"]}
    assert errors <= {"in-incognito"}  # as every window of these tests is


def test_preferences_are_kept_and_shown_in_another_window(visit: Visit) -> None:
    visitor = visit().register("paul").create_room("Loud")
    page = visitor.page
    page.get_by_role("button", name="Settings").click()
    page.get_by_role("tab", name="Notifications").click()
    page.get_by_label("In rooms").select_option("all")
    page.get_by_label("No notifications at certain hours").check()
    page.get_by_label("From").fill("21:30")
    expect(page.get_by_label("Until")).to_have_value("07:00")
    page.keyboard.press("Escape")
    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_role("button", name="Notifications: all messages").click()
    other.get_by_role("menuitem", name="For 8 hours").click()
    expect(page.get_by_role("button", name="Notifications: muted")).to_be_visible()  # the first window hears of it
    page.get_by_role("button", name="Notifications: muted").click()
    expect(page.get_by_text(re.compile("^Muted until"))).to_be_visible()
    page.get_by_role("menuitem", name="Turn on again").click()
    page.get_by_role("button", name="Notifications: all messages").click()
    page.get_by_role("menuitemradio", name="Nothing").click()
    other.reload()
    expect(other.get_by_role("button", name="Notifications: nothing")).to_be_visible()
    other.get_by_role("button", name="Settings").click()
    other.get_by_role("tab", name="Notifications").click()
    expect(other.get_by_label("From")).to_have_value("21:30")
    other.close()


def test_the_title_counts_what_is_unread_but_not_in_muted_rooms(visit: Visit) -> None:
    anna, bert = visit(), visit()
    anna.register("titus").create_room("Counted")
    bert.register("tina").join_room("Counted").create_room("Aside")
    anna.say("one").say("@tina two").sees("@tina two")
    expect(bert.page).to_have_title("(2) ChatFlow")
    icon = bert.page.locator('link[rel="icon"]')
    expect(icon).to_have_attribute("href", re.compile("^data:image/png"))
    bert.page.get_by_test_id("room-link").filter(has_text="Counted").click()
    expect(bert.page).to_have_title("ChatFlow")
    expect(icon).to_have_attribute("href", "/static/icon.svg")
    bert.page.get_by_role("button", name="Notifications: mentions").click()
    bert.page.get_by_role("menuitem", name="Until I turn it on").click()
    bert.page.get_by_test_id("room-link").filter(has_text="Aside").click()
    anna.say("@tina three").sees("@tina three")
    expect(bert.page.get_by_test_id("room-link").filter(has_text="Counted")).to_contain_text("1")
    expect(bert.page).to_have_title("ChatFlow")
