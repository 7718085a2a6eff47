"""What analytics take and give on the wire (docs/protocol.md, REST)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, UnsetType

from core.wire import Id, In, Out

Limit = Annotated[int, msgspec.Meta(ge=1, le=500)]
Zone = Literal["site", "utc"]


class PeriodIn(In):
    """From `first` to `last`, both included; without them the last 30 days that are over. `zone` says whose days."""

    first: date | UnsetType = UNSET
    last: date | UnsetType = UNSET
    zone: Zone = "site"


class DaysIn(PeriodIn):
    room_id: Id | UnsetType = UNSET


class RoomsIn(PeriodIn):
    limit: Limit = 50


class NumbersOut(Out, kw_only=True):
    """What a day and a period both have. Reports are those whose case was closed; waits are in seconds."""

    messages: int = 0
    files: int = 0
    new_people: int = 0
    sign_ups: int = 0
    rooms: int = 0
    directs: int = 0
    reports: int = 0
    wait_median: int | None = None
    wait_mean: int | None = None


class DayOut(NumbersOut, kw_only=True):
    """One day. `counted` is false where nothing has been counted yet; then every number is 0."""

    day: date
    counted: bool
    active_day: int = 0
    active_week: int = 0
    active_month: int = 0
    returning_people: int = 0


class TotalsOut(NumbersOut, kw_only=True):
    """A period: sums, means of its days, and the windows as of its last counted day."""

    first: date
    last: date
    days_counted: int
    hours: list[int]
    busiest_hour: int | None
    active_day_mean: float = 0
    returning_mean: float = 0
    active_week: int = 0
    active_month: int = 0


class ReportOut(Out):
    """A period day by day; `previous` is the equally long one just before it. `zone` is the name of the days' zone."""

    zone: str
    room_id: str | None
    counted_at: str | None
    days: list[DayOut]
    totals: TotalsOut
    previous: TotalsOut


class RoomNumbersOut(Out):
    room_id: str
    name: str
    kind: str
    messages: int
    files: int
    new_people: int
    active_day_mean: float


class RoomNumbersListOut(Out):
    """The rooms with most messages in the period. Direct conversations are not among them."""

    zone: str
    first: date
    last: date
    results: list[RoomNumbersOut]


class TileOut(Out):
    """A number of the present. `value` is null when it is not known; `about` says what it covers."""

    name: str
    label: str
    value: float | None
    text: str
    about: str


class LiveOut(Out):
    at: str
    tiles: list[TileOut]
