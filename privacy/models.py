"""What people ask of their own data: a copy of it, and an end of it."""

from __future__ import annotations

from django.db import models

from core import clock


class Export(models.Model):
    """A copy of one person's data: the latest they asked for, one for each."""

    user_id = models.BigIntegerField(unique=True)
    # Tells a job whether it still makes what was asked for.
    asked_at = models.DateTimeField(default=clock.now)
    steps = models.IntegerField(default=0)
    done = models.IntegerField(default=0)
    key = models.CharField(max_length=200, blank=True, default="")
    size = models.BigIntegerField(default=0)
    ready_at = models.DateTimeField(null=True, blank=True)
    # Indexed: what has run out is collected.
    expires_at = models.DateTimeField(null=True, blank=True, db_index=True)

    def __str__(self) -> str:
        return f"{self.user_id} on {self.asked_at:%Y-%m-%d}"


class Fate(models.TextChoices):
    """What becomes of the messages of somebody who goes."""

    KEEP = "keep", "They stay, under the name"
    ANONYMISE = "anonymise", "They stay, by “Deleted person”"
    DELETE = "delete", "They go, too"


class Deletion(models.Model):
    """An account that is gone. What is left to do is done by a job, which begins again where it was interrupted."""

    user_id = models.BigIntegerField(unique=True)
    messages = models.CharField(max_length=9, choices=Fate.choices)
    asked_at = models.DateTimeField(default=clock.now)
    done_at = models.DateTimeField(null=True, blank=True, db_index=True)

    def __str__(self) -> str:
        return f"{self.user_id} on {self.asked_at:%Y-%m-%d}"
