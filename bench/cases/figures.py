"""What a case takes and gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from bench import machine
from bench.crowd import Crowd, Verdict
from bench.servers import Server
from bench.wire import now


@dataclass(frozen=True)
class Ask:
    """Whom to measure, on which store, and how hard: `scale` below 1 is a short form."""

    subject: str
    store: str
    scale: float = 1.0

    def times(self, count: int, least: int = 1) -> int:
        return max(least, round(count * self.scale))


@dataclass
class Figures:
    """One fresh start's figures by name; `verdict` where messages were counted; `load_share` is the generator's own CPU."""

    values: dict[str, float]
    verdict: Verdict | None = None
    load_share: float = 0.0
    notes: list[str] = field(default_factory=list)


class Goal(NamedTuple):
    """`figure` is to be at most (`below`) or at least `bound` on this store ("" = any), or `bound` times the peer's."""

    figure: str
    bound: float
    below: bool = True
    store: str = ""
    of_peer: bool = False


@dataclass(frozen=True)
class Case:
    name: str
    subjects: tuple[str, ...]
    stores: tuple[str, ...]
    run: Callable[[Ask], Figures]
    goals: tuple[Goal, ...] = ()


class Meter:
    """CPU of the server and of the load generator, and the time, between `Meter(...)` and `stop()`."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._cpu, self._own, self._at = machine.cpu_seconds(server.processes), machine.own_cpu_seconds(), now()

    def stop(self, at: float | None = None) -> None:
        self.seconds = (at or now()) - self._at
        self.cpu = machine.cpu_seconds(self._server.processes) - self._cpu
        self.own_share = (machine.own_cpu_seconds() - self._own) / (now() - self._at)


def judged(values: dict[str, float], crowd: Crowd, meter: Meter) -> Figures:
    return Figures(values, crowd.verdict(), meter.own_share)
