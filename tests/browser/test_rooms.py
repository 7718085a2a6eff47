"""A room's owner changes the room; everybody in it sees so at once."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.pages import Visitor

Visit = Callable[..., Visitor]


def choose_in_room_menu(visitor: Visitor, action: str) -> None:
    visitor.page.get_by_role("button", name="Room menu").click()
    visitor.page.get_by_role("menuitem", name=action, exact=True).click()


def change_settings(visitor: Visitor, *, posting: str, **fields: str) -> None:
    choose_in_room_menu(visitor, "Name, topic, posting")
    dialog = visitor.page.get_by_role("dialog")
    for label, text in fields.items():
        dialog.get_by_label(label).fill(text)
    dialog.get_by_label("Who may post").select_option(posting)
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)


def test_a_new_name_and_topic_are_seen_by_everybody(visit: Visit) -> None:
    owner, guest = visit(), visit()
    owner.register("olga").create_room("Draft")
    guest.register("gus").join_room("Draft")
    change_settings(owner, posting="everyone", Name="Final", Topic="What is settled")
    for visitor in (owner, guest):
        expect(visitor.page.get_by_role("region", name="Final")).to_contain_text("What is settled")
        expect(visitor.page.get_by_test_id("room-link").filter(has_text="Final")).to_be_visible()


def test_who_may_post_changes_for_everybody(visit: Visit) -> None:
    owner, guest = visit(), visit()
    owner.register("oskar").create_room("News")
    guest.register("greta").join_room("News")
    change_settings(owner, posting="moderators")
    expect(guest.page.get_by_test_id("composer-denied")).to_contain_text("Only moderators")
    owner.say("read this").sees("read this")
    guest.sees("read this")
    change_settings(owner, posting="everyone")
    guest.say("thanks").sees("thanks")


def test_an_archived_room_is_closed_until_it_is_opened_again(visit: Visit) -> None:
    owner, guest = visit(), visit()
    owner.register("otto").create_room("Old")
    guest.register("gina").join_room("Old")
    choose_in_room_menu(owner, "Archive")
    for visitor in (owner, guest):
        expect(visitor.page.get_by_test_id("composer-denied")).to_contain_text(re.compile("archived"))
    choose_in_room_menu(owner, "Unarchive")
    owner.say("open again").sees("open again")
    guest.sees("open again")


def test_whoever_is_removed_is_told_so(visit: Visit) -> None:
    owner, guest = visit(), visit()
    owner.register("odette").create_room("Circle")
    guest.register("gero").join_room("Circle")
    owner.page.get_by_role("button", name=re.compile("^Members")).click()
    owner.page.get_by_role("button", name="Actions for Gero").click()
    owner.page.get_by_role("menuitem", name="Remove from room").click()
    owner.page.get_by_role("button", name="Remove", exact=True).click()
    expect(guest.page.get_by_role("status", name="Notices")).to_contain_text("You were removed from Circle.")
    expect(guest.composer).to_have_count(0)
