"""`python -m bench`: measure ChatFlow beside its peers, on two cores. `make bench` installs what it needs first."""

from __future__ import annotations

import argparse
import asyncio
import os
import resource
import sys

import uvloop

from bench import machine
from bench.cases import connecting, talking
from bench.cases.figures import Ask, Case
from bench.report import Row, printed, row_of, write

CASES: tuple[Case, ...] = (*talking.CASES, *connecting.CASES)


def options() -> argparse.Namespace:
    names = [case.name for case in CASES]
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--case", action="append", choices=names, help="only this case; may be repeated")
    parser.add_argument("--store", action="append", choices=["sqlite", "postgres"], help="only on this store")
    parser.add_argument(
        "--subject", action="append", choices=["chatflow", "socketio", "channels"], help="only this one"
    )
    parser.add_argument("--starts", type=int, default=3, help="fresh starts, of which the median counts")
    parser.add_argument("--scale", type=float, default=1.0, help="below 1: fewer messages, a short form")
    parser.add_argument("--quick", action="store_true", help="one start and a quarter of the messages")
    found = parser.parse_args()
    if found.quick:
        found.starts, found.scale = 1, min(found.scale, 0.25)
    return found


def measured(case: Case, ask: Ask, starts: int) -> Row:
    before = machine.load()
    return row_of(case, ask.subject, ask.store, [case.run(ask) for _ in range(starts)], before)


def main() -> int:
    wanted = options()
    os.sched_setaffinity(0, {machine.LOAD_CORE})
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    rows: list[Row] = []
    for case in CASES:
        if wanted.case and case.name not in wanted.case:
            continue
        for store in case.stores:
            for subject in case.subjects:
                if (wanted.store and store not in wanted.store) or (wanted.subject and subject not in wanted.subject):
                    continue
                rows.append(measured(case, Ask(subject, store, wanted.scale), wanted.starts))
                print(printed(rows[-1], case), flush=True)
    print(f"\nWritten to {write(rows, vars(wanted))}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
