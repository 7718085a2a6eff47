"""Somebody reports, a moderator decides at the desk, and whom it is about sees it at once; all of it is on record."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import PASSWORD, Visitor
from tests.browser.test_everywhere import fits, no_barriers
from tests.services import Server

Visit = Callable[..., Visitor]
QUEUE = "/admin/moderation/case/"
PROMOTE = """
from accounts.models import User
from rooms.services.sanctions import change_site_role
named = User.objects.get
change_site_role(actor=named(username="admin"), user=named(username="mod"), role="moderator")
"""
TAMPER = """
from django.db.models import QuerySet
from moderation.models import AuditEntry
QuerySet(AuditEntry).filter(action="person.muted").update(reason="Nothing")
"""


@pytest.fixture(scope="module", autouse=True)
def moderator(server: Server) -> None:
    """Make `mod`, who may sign in to the desk."""
    server.post("/auth/register", username="mod", email="mod@example.org", password=PASSWORD)
    server.manage("shell", "-c", PROMOTE)


def at_the_desk(mod: Visitor) -> Page:
    mod.go(QUEUE)
    mod.page.get_by_label("Username").fill("mod")
    mod.page.get_by_label("Password").fill(PASSWORD)
    mod.page.get_by_role("button", name="Log in").click()
    expect(mod.page.get_by_text("New reports appear here by themselves.")).to_be_visible()
    return mod.page


def report(person: Visitor, text: str) -> None:
    person.sees(text).choose(person.message(text), "Report")
    dialog = person.page.get_by_role("dialog")
    dialog.get_by_label("What is wrong?").select_option("It is insulting or threatening")
    dialog.get_by_label("Anything else they should know?").fill("Again")
    dialog.get_by_role("button", name="Report").click()
    expect(person.page.get_by_text("Thank you. The moderators will look at it.")).to_be_visible()


def mute(desk: Page, room: str, reason: str) -> None:
    desk.get_by_label("Kind").select_option("Mute")
    desk.get_by_label("Where").select_option(room)
    desk.get_by_label("For how long").select_option("10 minutes")
    desk.get_by_label("Reason (the person reads it)").fill(reason)
    desk.get_by_role("button", name="Decide").click()
    expect(desk.get_by_text("Done. The person has been told.")).to_be_visible()


def is_muted(person: Visitor, room: str, reason: str) -> None:
    expect(person.page.get_by_test_id("sanction-notices")).to_contain_text(f"You are muted in {room} for another")
    expect(person.page.get_by_test_id("sanction-notices")).to_contain_text(reason)
    expect(person.page.get_by_test_id("composer-denied")).to_contain_text(reason)
    expect(person.page.get_by_test_id("composer-denied")).to_contain_text("You can post again in")
    expect(person.composer).to_have_count(0)


def test_a_report_leads_to_a_mute_that_holds_at_once_and_is_taken_back(visit: Visit, server: Server) -> None:
    alice, carol, desk = visit(), visit(), at_the_desk(visit())
    alice.register("alice").create_room("Yard")
    carol.register("carol").join_room("Yard")
    alice.say("you are a fool")
    second = Visitor(alice.page.context.new_page(), server.url).go(alice.page.url.removeprefix(server.url))
    second.sees("you are a fool").composer.fill("and another thing")
    report(carol, "you are a fool")

    desk.get_by_role("link", name="@alice").click()  # it came without a reload
    expect(desk.get_by_role("listitem").filter(has_text="you are a fool")).to_be_visible()
    desk.get_by_role("button", name="Claim for 15 minutes").click()
    expect(desk.get_by_text("Yours until")).to_be_visible()
    mute(desk, "Yard", "Be kind")
    is_muted(alice, "Yard", "Be kind")
    is_muted(second, "Yard", "Be kind")

    desk.get_by_role("button", name="Delete message").click()
    expect(carol.message("you are a fool")).to_have_count(0)
    desk.get_by_role("button", name="Restore message").click()
    carol.sees("you are a fool")
    desk.get_by_text("Take back", exact=True).first.click()
    desk.get_by_role("button", name="Take back").click()
    for tab in (alice, second):
        expect(tab.page.get_by_test_id("sanction-notices")).to_have_count(0)
    second.say("I am sorry").sees("I am sorry")
    carol.sees("I am sorry")
    assert "and another thing" not in carol.page.content()

    proof = server.manage("audit_verify")
    assert "every seal holds" in proof.stdout
    server.manage("shell", "-c", TAMPER)
    broken = server.manage("audit_verify", check=False)
    assert broken.returncode == 1
    assert re.search(r"entry \d+ is broken", broken.stderr)


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_whom_it_is_about_can_appeal_and_nothing_is_in_the_way(visit: Visit, width: int, scheme: str) -> None:
    bob, owner = visit(width, 700), visit()
    for person in (bob, owner):
        person.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    owner.register(f"owner{width}").create_room(f"Hall {width}")
    bob.register(f"bob{width}").join_room(f"Hall {width}").composer.fill("nonsense")
    bob.page.get_by_role("button", name="Send").click()
    owner.sees("nonsense").choose(owner.message("nonsense"), "Moderate author")
    dialog = owner.page.get_by_role("dialog")
    dialog.get_by_label("Reason").fill("Not here")
    owner.page.set_viewport_size({"width": width, "height": 700})
    no_barriers(owner)
    assert fits(owner)
    dialog.get_by_role("button", name="Mute").click()
    is_muted(bob, f"Hall {width}", "Not here")
    no_barriers(bob)
    assert fits(bob)
    bob.page.get_by_role("button", name="Appeal").click()
    bob.page.get_by_label("What should the moderators know?").fill("I meant it well")
    no_barriers(bob)
    bob.page.get_by_role("button", name="Send appeal").click()
    expect(bob.page.get_by_test_id("sanction-notices")).to_contain_text("Your appeal is with the moderators.")


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_the_desk_has_no_barriers(visit: Visit, width: int, scheme: str) -> None:
    mod, zoe, yan = visit(width, 800), visit(), visit()
    mod.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    zoe.register(f"zoe{width}").create_room(f"Yard {width}").say("rubbish")
    yan.register(f"yan{width}").join_room(f"Yard {width}")
    report(yan, "rubbish")
    desk = at_the_desk(mod)
    no_barriers(mod)
    desk.get_by_role("link", name=f"@zoe{width}").click()
    expect(desk.get_by_role("heading", name="What was reported")).to_be_visible()
    for kind, lasts, hides in (("Warn", 0, 0), ("Mute", 1, 0), ("Remove from room", 0, 0), ("Ban", 1, 1)):
        desk.get_by_label("Kind").select_option(kind)
        expect(desk.get_by_label("For how long")).to_be_visible(visible=bool(lasts))
        expect(desk.get_by_label("Hide messages")).to_be_visible(visible=bool(hides))
    no_barriers(mod)
    assert fits(mod)


def test_whoever_is_banned_learns_why_and_can_appeal(visit: Visit) -> None:
    dan, eve, desk = visit(), visit(), at_the_desk(visit())
    dan.register("dan").create_room("Cellar").say("spam spam")
    eve.register("eve").join_room("Cellar")
    report(eve, "spam spam")
    desk.get_by_role("link", name="@dan").click()
    desk.get_by_label("Kind").select_option("Ban")
    desk.get_by_label("For how long").select_option("1 day")
    desk.get_by_label("Reason (the person reads it)").fill("No advertising")
    desk.get_by_role("button", name="Decide").click()
    expect(dan.page.get_by_test_id("connection-banner")).to_contain_text("Your account is suspended.")
    expect(dan.page.get_by_test_id("composer-denied")).to_contain_text("Your account is suspended.")
    expect(dan.composer).to_have_count(0)
    dan.page.get_by_role("button", name="Sign in again to see why").click()
    dan.page.get_by_label("Username or e-mail").fill("dan")
    dan.page.get_by_label("Password").fill(PASSWORD)
    dan.page.get_by_role("button", name="Sign in").click()
    expect(dan.page.get_by_role("alert")).to_contain_text("No advertising")
    no_barriers(dan)
    dan.page.get_by_label("What should the moderators know?").fill("It was a poem")
    dan.page.get_by_role("button", name="Send appeal").click()
    expect(dan.page.get_by_text("Your appeal is with the moderators.")).to_be_visible()
    desk.reload()
    expect(desk.get_by_text("It was a poem")).to_be_visible()
