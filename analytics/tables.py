"""CSV that a spreadsheet opens without running anything."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from msgspec import structs

from analytics.serializers import DayOut, ReportOut, RoomNumbersListOut

# What a spreadsheet would take for a formula, also after blanks that it skips.
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
DAY_COLUMNS = [field.name for field in structs.fields(DayOut)]
ROOM_COLUMNS = ["room_id", "name", "kind", "messages", "files", "new_people", "active_day_mean"]


def days_csv(report: ReportOut) -> str:
    rows = ([report.zone, *(getattr(day, name) for name in DAY_COLUMNS)] for day in report.days)
    return _csv(["zone", *DAY_COLUMNS], rows)


def rooms_csv(rooms: RoomNumbersListOut) -> str:
    return _csv(ROOM_COLUMNS, ([getattr(room, name) for name in ROOM_COLUMNS] for room in rooms.results))


def _csv(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return out.getvalue()


def harmless(cell: object) -> object:
    """Return a text that would begin a formula with an apostrophe before it; all else as it is."""
    if isinstance(cell, str) and cell.lstrip(" ").startswith(FORMULAS):
        return f"'{cell}"
    return "" if cell is None else cell
