"""What the kernel knows: which core runs what, how much CPU processes have used, how much memory they hold."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, LOAD_CORE = CORES[0], CORES[-1]


@contextmanager
def on_core(core: int) -> Iterator[None]:
    """Processes that are started within inherit this core."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def family(pids: Iterable[int]) -> set[int]:
    """Return the processes and all that descend from them."""
    found: set[int] = set()
    waiting = list(pids)
    while waiting:
        pid = waiting.pop()
        found.add(pid)
        with suppress(OSError):
            for thread in Path(f"/proc/{pid}/task").iterdir():
                waiting += [int(child) for child in (thread / "children").read_text().split()]
    return found


def cpu_seconds(pids: Iterable[int]) -> float:
    """Return user and system time of the processes and their descendants, also of those that have ended and were waited for.

    Unlike /proc/<pid>/stat, whose ticks are 10 ms, `schedstat` counts in nanoseconds; it is used where the kernel has it.
    """
    return sum(_cpu(pid) for pid in family(pids))


def _cpu(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        of_ended_children = (int(fields[13]) + int(fields[14])) / TICK
        threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
        exact = sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9
        return (exact or (int(fields[11]) + int(fields[12])) / TICK) + of_ended_children
    except (OSError, IndexError):
        return 0.0


def memory_bytes(pids: Iterable[int]) -> int:
    """Return the memory of the processes and their descendants; shared pages count once (PSS)."""
    return sum(_memory(pid) for pid in family(pids))


def _memory(pid: int) -> int:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def load() -> float:
    """Return how many processes wanted a core, on average over the last minute."""
    return os.getloadavg()[0]


def description() -> dict[str, str | int | float]:
    return {
        "cores": len(CORES),
        "system": platform.system(),
        "kernel": platform.release().split("-")[0],
        "architecture": platform.machine(),
        "python": platform.python_version(),
        "load": round(load(), 2),
    }


def own_cpu_seconds() -> float:
    """Return the CPU time of this process alone."""
    return time.process_time()
