"""What analytics remember: numbers of days. Rooms and people are ids here, since those may live in another database."""

from __future__ import annotations

from typing import Any

from django.db import models

from core import clock
from core.ids import SnowflakeAutoField

WHOLE_SITE = 0  # in place of a room's id


class AnalyticsKey(SnowflakeAutoField):
    """The usual key. Its column has one name whatever the main database is: that may be changed, and these rows stay."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"db_column": "_id"})


class DayCount(models.Model):
    """The numbers of one day, as `zone` counts days, in one scope: a room, or the whole site (`WHOLE_SITE`).

    Every day that was counted has the site's row; a room has one if anybody wrote there in the 30 days up to it.
    Direct conversations count for the site and have no rows of their own: who writes to whom how much is nobody's affair.
    A count is of what happened on the day: later edits and deletions take nothing away from it.
    """

    id = AnalyticsKey(primary_key=True)
    zone = models.CharField(max_length=64)
    day = models.DateField()
    room_id = models.BigIntegerField(default=WHOLE_SITE)
    # When this was counted; a day that was not over for long by then is counted again.
    counted_at = models.DateTimeField(default=clock.now)
    messages = models.IntegerField(default=0)
    files = models.IntegerField(default=0)
    # People who wrote on this day; in the 7 days, and in the 30 days, that end with it.
    active_day = models.IntegerField(default=0)
    active_week = models.IntegerField(default=0)
    active_month = models.IntegerField(default=0)
    # Of `active_day`: those who had never written here before. The others are returning.
    new_people = models.IntegerField(default=0)
    # Of the site alone: accounts, rooms (public and private) and direct conversations that were made.
    sign_ups = models.IntegerField(default=0)
    rooms = models.IntegerField(default=0)
    directs = models.IntegerField(default=0)
    # JSON: messages by hour of the zone's clock, 24 numbers. An hour that a clock change repeats counts as one.
    hours = models.TextField(default="")
    # JSON, of the site alone: for each report whose case was closed on this day, the seconds it had waited.
    waits = models.TextField(default="")
    # JSON: who wrote; the windows of the next 29 days are made of it.
    writers = models.TextField(default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["zone", "room_id", "day"], name="day_counted_once")]
        indexes = [models.Index(fields=["zone", "day"], name="day_of_all_rooms")]

    def __str__(self) -> str:
        return f"{self.day} {self.zone} {self.room_id}"


class FirstDay(models.Model):
    """The day on which a person first wrote in a scope."""

    id = AnalyticsKey(primary_key=True)
    zone = models.CharField(max_length=64)
    user_id = models.BigIntegerField()
    room_id = models.BigIntegerField()
    day = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["zone", "user_id", "room_id"], name="first_once")]
        indexes = [models.Index(fields=["zone", "day"], name="first_of_day")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.room_id} since {self.day}"


class Backup(models.Model):
    """A backup that `manage.py note_backup` was told of."""

    id = AnalyticsKey(primary_key=True)
    made_at = models.DateTimeField(db_index=True)
    name = models.CharField(max_length=200)
    bytes = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.name} of {self.made_at:%Y-%m-%d %H:%M}"
