"""`python -m bench.client`: the web client in a real Chromium: loading, switching, scrolling, receiving, typing."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import sys
import threading
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, expect, sync_playwright

from bench import in_page, machine
from bench.crowd import Crowd
from bench.dialects import body
from bench.plan import PASSWORD, Plan
from bench.report import RESULTS, judgement
from bench.servers import Server, started
from bench.wire import now
from tools.services import find, reason

OPTIONS = ["--no-sandbox", "--disable-gpu", "--enable-precise-memory-info", "--disable-background-networking"]
ADMIN = {"ADMIN_EMAIL": "admin@example.org", "ADMIN_PASSWORD": PASSWORD}  # else the first visitor is asked to become it
LOADS = 3
WHEEL_PX, WHEEL_EVERY_MS = 400, 40  # a wheel that was set spinning: 10,000 pixels a second
SCROLL_FOR = 240  # seconds, at most
GOALS = {  # at most
    "script_kb": 200, "usable_ms_4x_slower": 1500, "frames_over_50_ms": 0, "keys_over_16_ms": 0, "tasks_over_50_ms": 0,
    "heap_mb_worst": 150, "switch_ms_median": 100,
}  # fmt: skip
BEGINNING = "This is the beginning of the conversation."


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="1,000 messages instead of 10,000")
    parser.add_argument("--only", choices=["load", "receive", "scroll", "switch"], help="one part, not all of them")
    chosen = parser.parse_args()
    RESULTS.mkdir(exist_ok=True)
    program = find("chromium")
    if program is None:
        sys.exit(reason("chromium"))
    plan = Plan(4, ((0, 1, 2, 3), (0, 1, 2, 3)), 1_000 if chosen.quick else 10_000)
    with started("chatflow", "sqlite", plan, 1, **ADMIN) as server, sync_playwright() as playwright:
        os.sched_setaffinity(0, {machine.LOAD_CORE})
        browser = playwright.chromium.launch(executable_path=str(program), args=OPTIONS)
        found = measured(browser, server, plan, chosen.only)
        browser.close()
    for name, value in found.items():
        print(f"  {name:24}{value:,.1f}    {judgement(name, value, GOALS[name]) if name in GOALS else ''}".rstrip())
    told = {"machine": machine.description(), "messages": plan.messages, "figures": found}
    (RESULTS / "client.json").write_text(json.dumps(told, indent=1) + "\n")


def measured(browser: Browser, server: Server, plan: Plan, only: str | None) -> dict[str, float]:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    entering(page, server)
    parts: dict[str, Callable[[], dict[str, float]]] = {
        "load": lambda: loading(page, server),
        "receive": lambda: receiving(page, server, plan),
        "scroll": lambda: scrolling(page),
        "switch": lambda: switching(page),
    }
    found: dict[str, float] = {}
    for name, measure in parts.items():
        if only in (None, name):
            found |= measure()
    return found


def entering(page: Page, server: Server) -> None:
    page.goto(server.rest)
    page.get_by_label("Username or e-mail").fill("person0@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_test_id("room-link").filter(has_text="Room 0").click()
    expect(page.get_by_test_id("composer")).to_be_visible()


def loading(page: Page, server: Server) -> dict[str, float]:
    """A cold load of a room by somebody who is signed in, on a CPU four times as slow; without the service worker."""
    wire: CDPSession = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Network.setBypassServiceWorker", {"bypass": True})
    wire.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.add_init_script(f"({in_page.USABLE})()")
    took = []
    for _ in range(LOADS):
        wire.send("Network.clearBrowserCache")
        page.reload(wait_until="commit")
        page.wait_for_function("() => window.usableAt")
        took.append(page.evaluate("() => usableAt"))
        page.wait_for_timeout(1500)
    wire.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    found = {"script_kb": page.evaluate(in_page.LOADED) / 1000}
    return found | {"usable_ms_4x_slower": statistics.median(took), "usable_ms_worst": max(took)}


def switching(page: Page) -> dict[str, float]:
    names = ["Room 1", "Room 0"]
    for name in names:
        page.get_by_test_id("room-link").filter(has_text=name).click()
        page.wait_for_timeout(1500)
    took = [page.evaluate(in_page.SWITCH, names[number % 2]) for number in range(20)]
    return {"switch_ms_median": statistics.median(took), "switch_ms_worst": max(took)}


def receiving(page: Page, server: Server, plan: Plan) -> dict[str, float]:
    """Fifty messages a second into the open room, while somebody types; all of them have to be there at the end."""
    last: list[int] = []
    others = threading.Thread(target=lambda: last.append(asyncio.run(talk(server, plan))))
    others.start()
    page.get_by_test_id("composer").focus()
    page.wait_for_timeout(1500)
    page.evaluate(in_page.WATCH)
    for _ in range(80):
        page.keyboard.type("a")
        page.wait_for_timeout(100)
    seen: dict[str, Any] = page.evaluate("() => seen")
    others.join()
    expect(page.locator(in_page.MESSAGE).last).to_contain_text(body(last[0])[:11])
    page.get_by_test_id("composer").fill("")
    return {
        "received": last[0],
        "frame_ms_worst": max(seen["gaps"]),
        "frames_over_50_ms": sum(gap > 50 for gap in seen["gaps"]),
        "key_ms_worst": max(seen["keys"], default=0.0),
        "keys_over_16_ms": sum(key > 16 for key in seen["keys"]),
        "key_to_paint_ms_worst": max(seen["toPaint"], default=0.0),
    }


async def talk(server: Server, plan: Plan) -> int:
    """Return the number of the last message."""
    crowd = Crowd(server, plan)
    await crowd.connect([1, 2, 3])
    await crowd.say_every(crowd.wires, 0.02, now() + 12)
    crowd.close()
    return max(crowd.sent_at)


def scrolling(page: Page) -> dict[str, float]:
    """From the newest message to the first, with the wheel."""
    page.locator(in_page.MESSAGE).last.hover()
    page.evaluate(in_page.WATCH)
    began, beginning, heap = now(), page.get_by_text(BEGINNING), [0.0]
    while not (is_there := beginning.is_visible()) and now() - began < SCROLL_FOR:
        for _ in range(10):
            page.mouse.wheel(0, -WHEEL_PX)
            page.wait_for_timeout(WHEEL_EVERY_MS)
        heap.append(page.evaluate(in_page.HEAP))
    took = now() - began
    seen: dict[str, Any] = page.evaluate("() => seen")
    page.context.new_cdp_session(page).send("HeapProfiler.collectGarbage")
    return {
        "scrolled_to_first": is_there,
        "scroll_seconds": took,
        "tasks_over_50_ms": len(seen["long"]),
        "longest_task_ms": max(seen["long"], default=0.0),
        "scroll_frame_ms_worst": max(seen["gaps"]),
        "scroll_frames_over_50_ms": sum(gap > 50 for gap in seen["gaps"]),
        "heap_mb_worst": max(heap),
        "heap_mb_kept": page.evaluate(in_page.HEAP),
    }


if __name__ == "__main__":
    print(json.dumps(machine.description()))
    main()
