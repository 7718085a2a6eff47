"""Charts as numbers: where each bar and line lies in an SVG of `WIDTH` by `HEIGHT`. Templates only write them down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

WIDTH, HEIGHT = 400, 180
LEFT, RIGHT, TOP, BOTTOM = 38, 4, 10, 22
INNER_WIDTH, INNER_HEIGHT = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
MOST_BARS = 100  # beyond that they would be thinner than a line
GAP = 0.2  # of a bar's room
COLOURS = ("a", "b", "c")  # classes of dashboard.css

Value = float | None  # None: not known, which is not zero


class Series(NamedTuple):
    label: str
    values: Sequence[Value]


class Bar(NamedTuple):
    x: float
    y: float
    width: float
    height: float
    colour: str
    tells: str


class Line(NamedTuple):
    path: str
    colour: str


class Mark(NamedTuple):
    """A text beside an axis, at `at`."""

    at: float
    text: str
    anchor: str = "middle"


@dataclass(frozen=True)
class Chart:
    """What is drawn, and the same as a table: `rows` of (label, values)."""

    name: str
    title: str
    tells: str
    first_column: str
    legend: Sequence[tuple[str, str]]
    rows: Sequence[tuple[str, Sequence[str]]]
    bars: Sequence[Bar]
    lines: Sequence[Line]
    heights: Sequence[Mark]
    steps: Sequence[Mark]


def bar_chart(name: str, title: str, tells: str, column: str, labels: Sequence[str], series: Sequence[Series]) -> Chart:
    """Stack the series on each other; as lines, each for itself, where there is no room for bars."""
    if len(labels) > MOST_BARS:
        return line_chart(name, title, tells, column, labels, series)
    sums = [sum(value or 0 for value in values) for values in zip(*(one.values for one in series), strict=True)]
    top = ceiling(max(sums, default=0))
    bars = [bar for place in range(len(labels)) for bar in _stack(place, labels, series, top)]
    return _chart(name, title, tells, column, labels, series, top, bars=bars)


def line_chart(
    name: str, title: str, tells: str, column: str, labels: Sequence[str], series: Sequence[Series]
) -> Chart:
    top = ceiling(max((value or 0 for one in series for value in one.values), default=0))
    lines = [Line(_path(one.values, top), colour) for one, colour in zip(series, COLOURS, strict=False)]
    return _chart(name, title, tells, column, labels, series, top, lines=lines)


def ceiling(most: float) -> float:
    """Return a round number at which the axis can end: 1, 2 or 5 and zeros."""
    size = 1.0
    while True:
        for step in (1, 2, 5):
            if step * size >= most:
                return step * size
        size *= 10


def _stack(place: int, labels: Sequence[str], series: Sequence[Series], top: float) -> list[Bar]:
    room, found, below = INNER_WIDTH / len(labels), [], 0.0
    for one, colour in zip(series, COLOURS, strict=False):
        value = one.values[place]
        if value:
            below += value
            found.append(
                Bar(
                    x=round(LEFT + room * (place + GAP / 2), 2),
                    y=round(_height(below, top), 2),
                    width=round(room * (1 - GAP), 2),
                    height=round(INNER_HEIGHT * value / top, 2),
                    colour=colour,
                    tells=f"{labels[place]}: {number(value)} {one.label}",
                )
            )
    return found


def _height(value: float, top: float) -> float:
    return TOP + INNER_HEIGHT * (1 - value / top)


def _middle(place: int, count: int) -> float:
    return LEFT + INNER_WIDTH / count * (place + 0.5)


def _path(values: Sequence[Value], top: float) -> str:
    """Return a line through the values, broken where one is not known. A value alone is a short dash."""
    parts, drawing = list[str](), False
    for place, value in enumerate(values):
        if value is not None:
            x, y = _middle(place, len(values)), _height(value, top)
            parts.append(f"{'L' if drawing else 'M'}{x:.2f} {y:.2f}" + ("" if drawing else "h0.01"))
        drawing = value is not None
    return "".join(parts)


def _chart(
    name: str,
    title: str,
    tells: str,
    column: str,
    labels: Sequence[str],
    series: Sequence[Series],
    top: float,
    *,
    bars: Sequence[Bar] = (),
    lines: Sequence[Line] = (),
) -> Chart:
    rows = [(label, [number(one.values[place]) for one in series]) for place, label in enumerate(labels)]
    heights = [Mark(_height(part, top), number(part)) for part in ([0, top / 2, top] if top > 1 else [0, top])]
    legend = [(colour, one.label) for one, colour in zip(series, COLOURS, strict=False)]
    return Chart(name, title, tells, column, legend, rows, bars, lines, heights, _steps(labels))


def _steps(labels: Sequence[str]) -> list[Mark]:
    """Return the labels of the beginning, the middle and the end."""
    last = len(labels) - 1
    places = {0: "start", (last + 1) // 2: "middle", last: "end"} if last > 1 else {0: "start", last: "end"}
    ends = {"start": float(LEFT), "end": float(WIDTH - RIGHT)}
    return [
        Mark(ends.get(anchor, _middle(place, len(labels))), labels[place], anchor)
        for place, anchor in places.items()
        if labels
    ]


def number(value: Value) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"
