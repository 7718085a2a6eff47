"""Two people talk, each in a browser of their own; nothing is reloaded."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.pages import Visitor

Visit = Callable[..., Visitor]


def test_what_happens_in_another_room_is_counted(visit: Visit) -> None:
    alice, bob = visit(), visit()
    alice.register("anna").create_room("Busy")
    bob.register("bert").join_room("Busy").create_room("Elsewhere")
    alice.say("one").say("two").say("@bert three").sees("three")
    link = bob.page.get_by_test_id("room-link").filter(has_text="Busy")
    expect(link).to_contain_text("1")
    link.click()
    bob.sees("three")
    expect(bob.page.get_by_role("log")).to_contain_text("New")


def test_a_direct_conversation_appears_for_the_other(visit: Visit) -> None:
    alice, bob = visit(), visit()
    alice.register("ann")
    bob.register("ben")
    alice.page.get_by_role("button", name="New direct message").click()
    dialog = alice.page.get_by_role("dialog")
    dialog.get_by_role("searchbox").fill("ben")
    dialog.get_by_role("button", name=re.compile("@ben")).click()
    dialog.get_by_role("button", name=re.compile("Start|Open|Message")).click()
    alice.say("psst").sees("psst")
    bob.page.get_by_test_id("room-link").filter(has_text="Ann").click()
    bob.sees("psst")


def test_a_reply_shows_what_it_answers_and_leads_there(visit: Visit) -> None:
    alice = visit().register("rita").create_room("Replies")
    alice.say("the question").sees("the question")
    alice.message("the question").hover()
    alice.message("the question").get_by_role("button", name="Reply").first.click()
    alice.say("the answer")
    answer = alice.message("the answer")
    expect(answer.get_by_role("button", name=re.compile("the question"))).to_be_visible()


def test_markup_is_shown_and_html_is_not_run(visit: Visit) -> None:
    alice = visit().register("max").create_room("Markup")
    alice.say("**bold** and `code` <img src=x onerror=alert(1)> [x](javascript:alert(1)) https://example.org")
    message = alice.message("bold")
    expect(message.locator("strong")).to_have_text("bold")
    expect(message.locator("code")).to_have_text("code")
    expect(message.locator("img")).to_have_count(0)
    expect(message.get_by_role("link")).to_have_count(1)
    expect(message.get_by_role("link")).to_have_attribute("href", "https://example.org")
