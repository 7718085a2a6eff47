"""What was decided about people, and what they say to it."""

from __future__ import annotations

from datetime import datetime

from django.db import models

from core import clock

SITE = 0  # the `room_id` of a sanction on the whole site


class Kind(models.TextChoices):
    WARNING = "warning"
    MUTE = "mute"
    REMOVAL = "removal"
    BAN = "ban"


class Sanction(models.Model):
    """A decision about a person, with its reason. What it forbids is kept where it is enforced (rooms, accounts)."""

    user_id = models.BigIntegerField()
    room_id = models.BigIntegerField(default=SITE)
    # As it was called then: who was put out may not look it up any more.
    room_name = models.CharField(max_length=80, blank=True, default="")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    reason = models.CharField(max_length=500)
    issued_by = models.BigIntegerField()  # 0: a rule
    created_at = models.DateTimeField(default=clock.now)
    # Warnings and removals are over at once; None: for good.
    expires_at = models.DateTimeField(null=True, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.BigIntegerField(default=0)
    # How many of the last days' messages were hidden with it.
    hide_days = models.PositiveSmallIntegerField(default=0)
    hidden_at = models.DateTimeField(null=True, blank=True)
    # Whether they are to be seen again, and when that was done.
    shows = models.BooleanField(default=False)
    shown_at = models.DateTimeField(null=True, blank=True)
    # When the person said that they have seen it.
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["user_id", "id"], name="sanctions_of_person"),
            models.Index(fields=["room_id", "id"], name="sanctions_in_room"),
            # Those alone whose messages are to be hidden.
            models.Index(fields=["hide_days", "hidden_at"], name="sanctions_hiding"),
            models.Index(fields=["shows", "shown_at"], name="sanctions_showing"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.user_id}"

    def is_active(self, now: datetime) -> bool:
        """Return whether it forbids something now. Computed, so that nothing has to happen when it ends."""
        lasting = self.kind in (Kind.MUTE, Kind.BAN)
        return lasting and self.lifted_at is None and (self.expires_at is None or self.expires_at > now)


class Appeal(models.Model):
    """What a person says to a sanction, once; and what was answered."""

    sanction_id = models.BigIntegerField(unique=True)
    user_id = models.BigIntegerField()
    case_id = models.BigIntegerField(db_index=True)
    text = models.CharField(max_length=1000)
    created_at = models.DateTimeField(default=clock.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.BigIntegerField(default=0)
    granted = models.BooleanField(default=False)
    answer = models.CharField(max_length=500, blank=True, default="")
