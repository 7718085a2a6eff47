"""Long rooms: older pages come in above without a jump, and a reply leads to its question far back."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import httpx
from playwright.sync_api import expect

from tests.browser.pages import PASSWORD, Visitor
from tests.services import Server

Visit = Callable[..., Visitor]


def fill(server: Server, username: str, room: str, count: int) -> list[str]:
    """Write many messages as somebody, through the REST door; return their ids."""
    with httpx.Client(base_url=f"{server.url}/api/v1") as http:
        access = http.post("/auth/sign-in", json={"login": username, "password": PASSWORD}).json()["access"]
        headers = {"Authorization": f"Bearer {access}"}
        entries = http.get("/rooms", headers=headers).json()["results"]
        room_id = next(entry["room"]["id"] for entry in entries if entry["room"]["name"] == room)
        bodies = ({"client_id": str(uuid.uuid4()), "text": f"line {number:03}"} for number in range(count))
        return [http.post(f"/rooms/{room_id}/messages", json=body, headers=headers).json()["id"] for body in bodies]


def test_older_messages_come_in_above_without_a_jump(visit: Visit, server: Server) -> None:
    alice = visit().register("hilda").create_room("Long")
    fill(server, "hilda", "Long", 180)
    alice.sees("line 179")
    alice.page.reload()
    alice.sees("line 179")
    log = alice.page.get_by_role("log")
    seen: set[str] = set()
    for _ in range(300):
        log.hover()
        alice.page.mouse.wheel(0, -250)
        alice.page.wait_for_timeout(60)
        seen |= {line for line in log.inner_text().split("\n") if line.startswith("line ")}
        if "line 000" in seen:
            break
    assert len(seen) == 180
    # What is under the eye stays there while a page is put above it.
    expect(alice.page.get_by_role("button", name="latest")).to_be_visible()
    alice.page.get_by_role("button", name="latest").click()
    alice.sees("line 179")


def lines_on_the_way(reader: Visitor, wheel: int, end: str) -> set[str]:
    """Turn the wheel, never by more than is on screen, until `end` is there."""
    log = reader.page.get_by_role("log")
    seen: set[str] = set()
    for _ in range(400):
        seen |= {line for line in log.inner_text().split("\n") if line.startswith("line ")}
        if end in seen:
            break
        log.hover()
        reader.page.mouse.wheel(0, wheel)
        reader.page.wait_for_timeout(50)
    return seen


def test_what_was_left_far_behind_is_there_again_on_the_way_back(visit: Visit, server: Server) -> None:
    """A list that is scrolled through 1,400 messages holds a part of them at a time."""
    ina = visit().register("ina").create_room("Longer")
    everything = {f"line {number:03}" for number in range(1400)}
    fill(server, "ina", "Longer", len(everything))
    ina.page.reload()
    ina.sees("line 1399")
    assert lines_on_the_way(ina, -400, "line 000") == everything
    assert lines_on_the_way(ina, 400, "line 1399") == everything


def test_whoever_writes_far_up_is_brought_to_the_end(visit: Visit, server: Server) -> None:
    ivy = visit().register("ivy").create_room("Longest")
    fill(server, "ivy", "Longest", 1400)
    ivy.page.reload()
    ivy.sees("line 1399")
    lines_on_the_way(ivy, -500, "line 010")
    ivy.say("written far up").sees("written far up")
    expect(ivy.message("written far up")).to_be_in_viewport()
    lines_on_the_way(ivy, -500, "line 010")
    ivy.page.context.set_offline(True)
    ivy.page.get_by_role("button", name="latest").click()  # the newest are kept: nothing has to be asked for
    ivy.sees("written far up")
    expect(ivy.message("written far up")).to_be_in_viewport()
