"""A new site: the first visitor becomes the administrator, the second joins in; nothing is reloaded."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.pages import Visitor
from tests.services import Server, servers

Visit = Callable[..., Visitor]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with servers(1) as (running,):
        yield running
        assert "Traceback" not in running.log.read_text()


def test_from_the_first_visit_to_a_conversation(visit: Visit) -> None:
    alice, bob = visit(), visit()
    alice.go()
    expect(alice.page.get_by_role("heading", name=re.compile("Welcome"))).to_be_visible()
    alice.fill_account("alice", "Create administrator").create_room("General")
    bob.register("bob").join_room("General")

    alice.say("hello bob").sees("hello bob")
    bob.sees("hello bob").say("hello alice")
    alice.sees("hello alice")

    # presence and typing
    alice.page.get_by_role("button", name=re.compile("Members")).click()
    expect(alice.page.get_by_label("Members", exact=True).get_by_label("Online")).to_have_count(2)
    bob.composer.press_sequentially("thinking")
    expect(alice.page.get_by_test_id("typing-line")).to_contain_text("Bob")
    bob.composer.fill("")

    # reaction
    bob.message("hello bob").hover()
    bob.message("hello bob").get_by_role("button", name="Add reaction").click()
    bob.page.get_by_label("Search emoji").fill("thumbs up")
    bob.page.get_by_role("button", name=re.compile("^thumbs up", re.IGNORECASE)).first.click()
    expect(alice.message("hello bob").get_by_role("button", name=re.compile("👍 1"))).to_be_visible()
    alice.message("hello bob").get_by_role("button", name=re.compile("👍 1")).click()
    expect(bob.message("hello bob").get_by_role("button", name=re.compile("👍 2"))).to_be_visible()

    # edit and delete
    alice.choose(alice.message("hello bob"), "Edit")
    alice.composer.fill("hello dear bob")
    alice.composer.press("Enter")
    expect(bob.message("hello dear bob")).to_contain_text("edited")
    bob.choose(bob.message("hello alice"), "Delete")
    bob.page.get_by_role("button", name="Delete").click()
    expect(alice.message("hello alice")).to_have_count(0)

    # receipt
    bob.say("have you seen this?")
    expect(bob.page.get_by_test_id("seen-by").filter(has=bob.page.get_by_label(re.compile("Alice")))).to_be_visible()
