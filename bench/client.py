"""`python -m bench.client`: the web client in a real Chromium: loading, switching, scrolling, receiving, typing."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import sys
import threading
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, expect, sync_playwright

from bench import machine
from bench.crowd import Crowd
from bench.dialects import body
from bench.plan import PASSWORD, Plan
from bench.servers import Server, started
from bench.wire import now
from tools.services import find, reason

OPTIONS = ["--no-sandbox", "--disable-gpu", "--enable-precise-memory-info", "--disable-background-networking"]
ADMIN = {"ADMIN_EMAIL": "admin@example.org", "ADMIN_PASSWORD": PASSWORD}  # else the first visitor is asked to become it
SCROLLER = "[data-virtuoso-scroller=true]"
LOADED = """() => performance.getEntriesByType('resource').filter(e => e.name.endsWith('.js'))
  .reduce((sum, e) => sum + e.encodedBodySize, 0)"""
WATCH = """() => {
  window.seen = {long: [], gaps: [], keys: []};
  new PerformanceObserver(list => list.getEntries().forEach(e => seen.long.push(e.duration))).observe({type: 'longtask'});
  new PerformanceObserver(list => list.getEntries().filter(e => e.name === 'keydown' || e.name === 'input')
    .forEach(e => seen.keys.push(e.processingEnd - e.processingStart)))
    .observe({type: 'event', durationThreshold: 16});
  let before = performance.now();
  const frame = moment => { seen.gaps.push(moment - before); before = moment; requestAnimationFrame(frame); };
  requestAnimationFrame(frame);
}"""
SWITCH = """name => new Promise(done => {
  const began = performance.now();
  [...document.querySelectorAll('[data-testid=room-link]')].find(link => link.textContent.includes(name)).click();
  const look = () => document.querySelector('h1')?.textContent.includes(name)
    && document.querySelector('[data-testid=message]') ? done(performance.now() - began) : requestAnimationFrame(look);
  requestAnimationFrame(look);
})"""
SCROLL = """([selector, first]) => new Promise(done => {
  const box = document.querySelector(selector), until = performance.now() + 60000;
  let steps = 0;
  const arrived = () => [...document.querySelectorAll('[data-testid=message]')].some(m => m.textContent.includes(first));
  const step = () => {
    box.scrollTop = Math.max(0, box.scrollTop - 1500);
    steps += 1;
    const there = steps % 20 === 0 && arrived();
    there || performance.now() > until ? done([steps, there ? 1 : 0]) : requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
})"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    program = find("chromium")
    if program is None:
        sys.exit(reason("chromium"))
    plan = Plan(4, ((0, 1, 2, 3), (0, 1, 2, 3)), 1_000 if quick else 10_000)
    with started("chatflow", "sqlite", plan, 1, **ADMIN) as server, sync_playwright() as playwright:
        os.sched_setaffinity(0, {machine.LOAD_CORE})
        browser = playwright.chromium.launch(executable_path=str(program), args=OPTIONS)
        for name, value in measured(browser, server, plan).items():
            print(f"  {name:24}{value:,.1f}")
        browser.close()


def measured(browser: Browser, server: Server, plan: Plan) -> dict[str, float]:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    entering(page, server)
    found = loading(page, server)
    found |= receiving(page, server, plan)
    found |= scrolling(page)
    found |= switching(page)
    return found


def entering(page: Page, server: Server) -> None:
    page.goto(server.rest)
    page.get_by_label("Username or e-mail").fill("person0@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_test_id("room-link").filter(has_text="Room 0").click()
    expect(page.get_by_test_id("composer")).to_be_visible()


def loading(page: Page, server: Server) -> dict[str, float]:
    """A cold load of a room by somebody who is signed in, on a CPU four times as slow."""
    wire: CDPSession = page.context.new_cdp_session(page)
    wire.send("Network.clearBrowserCache")
    wire.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    began = now()
    page.reload(wait_until="commit")
    expect(page.get_by_test_id("composer")).to_be_visible()
    expect(page.get_by_test_id("message").first).to_be_visible()
    usable = (now() - began) * 1000
    wire.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    return {"script_kb": page.evaluate(LOADED) / 1000, "usable_ms_4x_slower": usable}


def switching(page: Page) -> dict[str, float]:
    names = ["Room 1", "Room 0"]
    for name in names:
        page.get_by_test_id("room-link").filter(has_text=name).click()
        page.wait_for_timeout(1500)
    took = [page.evaluate(SWITCH, names[number % 2]) for number in range(20)]
    return {"switch_ms_median": statistics.median(took), "switch_ms_worst": max(took)}


def receiving(page: Page, server: Server, plan: Plan) -> dict[str, float]:
    """Fifty messages a second for ten seconds into the open room, while somebody types."""
    page.evaluate(WATCH)
    others = threading.Thread(target=lambda: asyncio.run(talk(server, plan)))
    others.start()
    page.get_by_test_id("composer").focus()
    page.wait_for_timeout(1500)
    page.evaluate("() => { seen.gaps = []; seen.long = []; seen.keys = []; }")
    for _ in range(80):
        page.keyboard.type("a")
        page.wait_for_timeout(100)
    seen: dict[str, Any] = page.evaluate("() => seen")
    others.join()
    page.get_by_test_id("composer").fill("")
    return {
        "frame_ms_worst": max(seen["gaps"]),
        "frames_over_50_ms": sum(gap > 50 for gap in seen["gaps"]),
        "key_ms_worst": max(seen["keys"], default=0.0),
        "keys_over_16_ms": sum(key > 16 for key in seen["keys"]),
    }


async def talk(server: Server, plan: Plan) -> None:
    crowd = Crowd(server, plan)
    await crowd.connect([1, 2, 3])
    await crowd.say_every(crowd.wires, 0.02, now() + 12)
    crowd.close()


def scrolling(page: Page) -> dict[str, float]:
    """From the newest message to the first."""
    page.evaluate("() => { seen.long = []; }")
    steps, arrived = page.evaluate(SCROLL, [SCROLLER, body(1)[:11]])
    seen: dict[str, Any] = page.evaluate("() => seen")
    heap = page.evaluate("() => performance.memory.usedJSHeapSize") / 1e6
    return {
        "scroll_steps": steps,
        "scrolled_to_first": arrived,
        "tasks_over_50_ms": len(seen["long"]),
        "longest_task_ms": max(seen["long"], default=0.0),
        "heap_mb": heap,
    }


if __name__ == "__main__":
    print(json.dumps(machine.description()))
    main()
