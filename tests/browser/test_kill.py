"""The server is killed with -9 and started again while people write: nothing is lost, nothing doubled, both end equal."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.pages import Visitor
from tests.services import Server

Visit = Callable[..., Visitor]
COUNT = 12


def test_a_killed_server_loses_and_doubles_nothing(visit: Visit, server: Server) -> None:
    alice, bob = visit(), visit()
    alice.register("kate").create_room("Kill")
    bob.register("karl").join_room("Kill")
    wanted = []
    for number in range(COUNT):
        if number in (4, 8):
            server.kill()
        writer = (alice, bob)[number % 2]
        wanted.append(f"message {number:02}")
        writer.say(wanted[-1])
        if number in (6, 10):
            server.start()
    for person in (alice, bob):
        for text in wanted:
            person.sees(text)
    assert shown(alice) == shown(bob)
    assert sorted(shown(alice)) == wanted
    for person in (alice, bob):
        person.page.reload()
        for text in wanted:
            person.sees(text)
        assert shown(person) == shown(alice)


def shown(person: Visitor) -> list[str]:
    """Return the numbered messages in the order in which they stand on the page, once the list is drawn."""
    found: list[str] = []
    for _ in range(100):
        rows = person.page.get_by_test_id("message").all_inner_texts()
        found = [text for row in rows for text in re.findall(r"message \d\d", row)]
        if len(found) >= COUNT:
            break
        person.page.wait_for_timeout(100)
    return found


def test_what_is_written_offline_survives_a_reload_and_leaves_when_back(visit: Visit) -> None:
    alice, bob = visit(), visit()
    alice.register("olga").create_room("Offline")
    bob.register("otto").join_room("Offline")
    alice.say("before").sees("before")
    alice.page.context.set_offline(True)
    expect(alice.page.get_by_test_id("connection-banner")).to_be_visible()
    alice.say("written in a tunnel").sees("written in a tunnel", state="pending")
    alice.page.context.set_offline(False)
    bob.sees("written in a tunnel")
    alice.sees("written in a tunnel")


def test_a_pending_message_survives_a_reload(visit: Visit, server: Server) -> None:
    alice, bob = visit(), visit()
    alice.register("rosa").create_room("Reload")
    bob.register("rolf").join_room("Reload")
    alice.say("before").sees("before")
    alice.page.route("**/api/v1/socket/ticket", lambda route: route.abort())
    server.kill()
    alice.say("kept in the outbox").sees("kept in the outbox", state="pending")
    server.start()
    alice.page.reload()
    alice.sees("kept in the outbox", state="pending")
    alice.page.unroute("**/api/v1/socket/ticket")
    bob.sees("kept in the outbox")
    alice.sees("kept in the outbox")
