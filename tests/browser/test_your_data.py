"""Somebody takes their data along, and then goes."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.pages import PASSWORD, Visitor

Visit = Callable[..., Visitor]


def open_your_data(visitor: Visitor) -> None:
    visitor.page.get_by_role("button", name="Settings").click()
    visitor.page.get_by_role("tab", name="Your data").click()


def test_a_copy_is_made_and_the_account_deleted_while_the_other_looks_on(visit: Visit) -> None:
    owner, leaver = visit(), visit()
    owner.register("hanna").create_room("Farewell")
    leaver.register("igor").join_room("Farewell")
    leaver.say("remember this").sees("remember this")
    owner.sees("remember this")

    open_your_data(leaver)
    leaver.page.get_by_role("button", name="Ask for a copy").click()
    expect(leaver.page.get_by_role("link", name="Download")).to_be_visible()

    leaver.page.get_by_label("Your password").fill("not my password")
    leaver.page.get_by_role("button", name="Delete my account").click()
    expect(leaver.page.get_by_text("This is not your password.").first).to_be_visible()
    leaver.page.get_by_label("Your password").fill(PASSWORD)
    leaver.page.get_by_role("button", name="Delete my account").click()
    expect(leaver.page.get_by_label("Username or e-mail")).to_be_visible()

    expect(owner.page.get_by_text("Deleted person").first).to_be_visible()
    owner.sees("remember this")
