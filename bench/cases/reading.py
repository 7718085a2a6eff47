"""history and open: what reading costs at the service, however much there is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import ExitStack
from typing import Any

from bench import machine
from bench.cases.figures import Ask, Case, Figures, Goal
from bench.servers import ROOT, Start

SMALL, LARGE, HUGE = 10_000, 1_000_000, 10_000_000


def history(ask: Ask) -> Figures:
    """A page of 50 at the beginning, in the middle, at the end, and 100 changes, in a small and in a large room."""
    large = HUGE if os.environ.get("BENCH_HUGE") else LARGE if ask.scale >= 1 else LARGE // 5
    small, great = inside(ask, SMALL)["figures"], inside(ask, large)["figures"]
    values: dict[str, float] = {"messages": large}
    for kind in ("first", "middle", "last", "changes"):
        values[f"{kind}_us"] = great[kind][0]
        # On SQLite all of the work is this process's: its CPU time grows as the work does, whoever else is busy.
        by = 2 if ask.store == "sqlite" else 0
        values[f"{kind}_growth"] = great[kind][by] / small[kind][by]
        values[f"{kind}_p99_us"] = great[kind][1]
    return Figures(values)


def opened(ask: Ask) -> Figures:
    """The newest page of a room that has been opened before."""
    found = inside(ask, SMALL)
    median, p99, _ = found["figures"]["open"]
    return Figures({"queries": found["queries"], "p50_us": median, "p99_us": p99})


def inside(ask: Ask, size: int) -> dict[str, Any]:
    with ExitStack() as stack, machine.on_core(machine.SERVER_CORE):
        start = Start(stack, ask.store)
        environment = {"CHATFLOW_DATA": str(start.folder / "data"), "DATABASE_URL": start.database("chatflow")}
        ran = subprocess.run(
            [sys.executable, "-m", "bench.inside", str(size)],
            cwd=ROOT,
            env=os.environ | environment,
            stdout=subprocess.PIPE,
            check=True,
        )
    answer: dict[str, Any] = json.loads(ran.stdout)
    return answer


KINDS = ("first", "middle", "last", "changes")
GROWTH = tuple(Goal(f"{kind}_growth", 1.2) for kind in KINDS)
QUICK = tuple(Goal(f"{kind}_p99_us", 5000) for kind in KINDS)

CASES = (
    Case("history", ("chatflow",), ("sqlite", "postgres"), history, (*GROWTH, *QUICK)),
    Case("open", ("chatflow",), ("sqlite", "postgres"), opened, (Goal("queries", 0), Goal("p99_us", 3000))),
)
