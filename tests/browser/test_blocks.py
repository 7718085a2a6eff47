"""Somebody blocks a person: what they write is folded, and neither writes to the other directly."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.pages import Visitor

Visit = Callable[..., Visitor]


def in_member_menu(visitor: Visitor, name: str, action: str) -> None:
    visitor.page.get_by_role("button", name=f"Actions for {name}").click()
    visitor.page.get_by_role("menuitem", name=action, exact=True).click()


def test_what_the_blocked_write_is_folded_in_every_tab(visit: Visit) -> None:
    anna, ben = visit(), visit()
    anna.register("anna").create_room("Square")
    ben.register("ben").join_room("Square")
    ben.say("before the block")
    anna.sees("before the block")
    anna.page.get_by_role("button", name="Members").click()
    in_member_menu(anna, "Ben", "Block")
    anna.page.get_by_role("dialog").get_by_role("button", name="Block").click()

    expect(anna.message("before the block")).to_have_count(0)
    ben.say("after the block").sees("after the block")
    folded = anna.message("Message of somebody you blocked")
    expect(folded).to_have_count(2)
    folded.first.get_by_role("button", name="Show").click()
    anna.sees("before the block")

    in_member_menu(anna, "Ben", "Unblock")
    anna.sees("after the block")


def test_neither_writes_to_the_other_until_the_block_is_taken_back_in_settings(visit: Visit) -> None:
    cora, dan = visit(), visit()
    cora.register("cora").create_room("Corner")
    dan.register("dan").join_room("Corner")
    cora.page.get_by_role("button", name="Members").click()
    in_member_menu(cora, "Dan", "Message")
    expect(cora.page.get_by_role("region", name="Dan")).to_be_visible()
    cora.say("hello you").sees("hello you")
    cora.page.get_by_role("button", name="Room menu").click()
    cora.page.get_by_role("menuitem", name="Block").click()
    cora.page.get_by_role("dialog").get_by_role("button", name="Block").click()
    expect(cora.page.get_by_test_id("composer-denied")).to_contain_text("You have blocked this person.")

    dan.page.get_by_test_id("room-link").filter(has_text="Cora").click()
    dan.sees("hello you")
    dan.say("are you there?")
    expect(dan.message("are you there?")).to_contain_text("This person cannot be reached by you.")

    cora.page.get_by_role("button", name="Settings").click()
    cora.page.get_by_role("tab", name="Blocked").click()
    cora.page.get_by_role("button", name="Unblock Dan").click()
    expect(cora.page.get_by_text("You have blocked nobody.")).to_be_visible()
    cora.page.keyboard.press("Escape")
    dan.message("are you there?").get_by_role("button", name="Try again").click()
    cora.sees("are you there?")


def test_a_slow_room_counts_down(visit: Visit) -> None:
    owner, guest = visit(), visit(390, 844)
    owner.register("elsa").create_room("Slowly")
    guest.register("finn").join_room("Slowly")
    owner.page.get_by_role("button", name="Room menu").click()
    owner.page.get_by_role("menuitem", name="Name, topic, posting").click()
    owner.page.get_by_role("dialog").get_by_label("Slow mode").select_option("300")
    owner.page.get_by_role("dialog").get_by_role("button", name="Save").click()
    note = guest.page.get_by_test_id("slow-note")
    expect(note).to_contain_text("one message every 5 min")
    guest.composer.fill("first")
    guest.page.get_by_role("button", name="Send").click()
    guest.sees("first")
    expect(note).to_contain_text("you can write again in")
    guest.composer.fill("second")
    expect(guest.page.get_by_role("button", name="Send")).to_be_disabled()
    owner.say("one").say("two").sees("two")
    expect(owner.page.get_by_test_id("slow-note")).to_have_count(0)
