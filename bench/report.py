"""Results as a table on the screen and as JSON under bench/results/."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import machine
from bench.cases.figures import Case, Figures

RESULTS = Path(__file__).resolve().parent / "results"
SATURATED = 0.95  # of its core: beyond, the load generator may be what is measured
DISTURBED = 2.6  # processes that wanted a core: beyond, others were at work beside the bench


@dataclass
class Row:
    """A case, a subject, a store: the medians over its starts and the worst of what was counted."""

    case: str
    subject: str
    store: str
    figures: dict[str, float]
    counted: dict[str, int]
    starts: int
    load_share: float
    load_before: float
    notes: list[str] = field(default_factory=list)


def row_of(case: Case, subject: str, store: str, starts: list[Figures], load_before: float) -> Row:
    names = starts[0].values
    medians = {name: statistics.median(start.values[name] for start in starts) for name in names}
    verdicts = [start.verdict for start in starts if start.verdict is not None]
    worst = {
        name: max(getattr(verdict, name) for verdict in verdicts)
        for name in ("missing", "doubled", "out_of_order")
        if verdicts
    }
    share = max(start.load_share for start in starts)
    notes = sorted({note for start in starts for note in start.notes})
    if share > SATURATED:
        notes.append("the load generator was at its limit")
    if load_before > DISTURBED:
        notes.append("disturbed: the machine was busy")
    return Row(case.name, subject, store, medians, worst, len(starts), round(share, 2), round(load_before, 2), notes)


def printed(row: Row) -> str:
    figures = "  ".join(f"{name} {_short(value)}" for name, value in row.figures.items())
    counted = "  ".join(f"{name} {value}" for name, value in row.counted.items())
    notes = "".join(f"\n{'':36}({note})" for note in row.notes)
    return f"{row.case:12}{row.subject:12}{row.store:12}{figures}   {counted}{notes}"


def judgements(case: Case, rows: Sequence[Row]) -> list[str]:
    """Say of every goal whether it is reached; some are told by what Socket.IO did in the same call."""
    lines = []
    for own in (row for row in rows if row.subject == "chatflow"):
        peer = next((row for row in rows if row.subject == "socketio" and row.store == own.store), None)
        for goal in case.goals:
            if goal.store in ("", own.store) and goal.figure in own.figures and (peer or not goal.of_peer):
                bound = goal.bound * peer.figures[goal.figure] if goal.of_peer and peer else goal.bound
                value = own.figures[goal.figure]
                lines.append(f"{'':36}{judgement(goal.figure, value, bound, goal.below)} on {own.store}")
    return lines


def judgement(figure: str, value: float, bound: float, below: bool = True) -> str:
    """Say whether the figure is at most (`below`) or at least `bound`."""
    reached = value <= bound if below else value >= bound
    sign = "at most" if below else "at least"
    return f"{'reached' if reached else 'NOT REACHED'}: {figure} {_short(value)}, {sign} {_short(bound)}"


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def place() -> Path:
    """Return where the results of a run that begins now are kept."""
    RESULTS.mkdir(exist_ok=True)
    return RESULTS / f"{datetime.now(UTC):%Y-%m-%dT%H-%M-%S}.json"


def write(path: Path, rows: list[Row], options: dict[str, Any]) -> None:
    found = {"machine": machine.description(), "options": options, "rows": [vars(row) for row in rows]}
    path.write_text(json.dumps(found, indent=1) + "\n")
