"""What people want to be told, on which devices, and what they have been told."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.db import models

from core import clock


class Level(models.TextChoices):
    ALL = "all"
    MENTIONS = "mentions"
    NOTHING = "nothing"


class Preferences(models.Model):
    """What one person wants everywhere. Whoever never chose has no row and gets the defaults."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    direct_level = models.CharField(max_length=8, choices=Level.choices, default=Level.ALL)
    room_level = models.CharField(max_length=8, choices=Level.choices, default=Level.MENTIONS)
    # Quiet hours in minutes of the day in `zone`; both null: none. They may go over midnight.
    quiet_from = models.IntegerField(null=True, blank=True)
    quiet_until = models.IntegerField(null=True, blank=True)
    zone = models.CharField(max_length=64, default="UTC")
    # Whether names and text may be in what passes through a push service.
    show_text = models.BooleanField(default=True)
    # Hours between two digests at least; 0: none. `digest_due_at` is null then, so that nobody looks.
    digest_hours = models.IntegerField(default=0)
    digest_due_at = models.DateTimeField(null=True, blank=True, db_index=True)
    digested_until = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"of {self.user_id}"


class RoomPreference(models.Model):
    """What one person wants of one room, where that is not their default."""

    user_id = models.BigIntegerField()
    room_id = models.BigIntegerField()
    level = models.CharField(max_length=8, choices=Level.choices, blank=True, default="")
    muted_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user_id", "room_id"], name="room_preference_once")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.room_id}"


class Device(models.Model):
    """A browser (or a UnifiedPush application) that takes pushes. It ends with the sign-in it was added in."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    session_id = models.BigIntegerField()
    endpoint = models.TextField()
    endpoint_key = models.CharField(max_length=64, unique=True)  # its hash: one row for each endpoint
    p256dh = models.CharField(max_length=100)
    auth = models.CharField(max_length=40)
    label = models.CharField(max_length=100)
    enabled = models.BooleanField(default=True)
    level = models.CharField(max_length=8, choices=Level.choices, default=Level.ALL)
    created_at = models.DateTimeField(default=clock.now)
    # The push service's last answer: its time and status, 0 when it could not be reached.
    answered_at = models.DateTimeField(null=True, blank=True)
    status = models.IntegerField(default=0)

    def __str__(self) -> str:
        return self.label

    @property
    def service(self) -> str:
        """The push service's host."""
        return urlsplit(self.endpoint).netloc


class Notice(models.Model):
    """What one person is to be told, or was told, of one room: the newest message only.

    `seq` only rises, which makes telling idempotent. `due_at` is null when nothing is to be done; while somebody tells it,
    it lies a lease ahead, so that a lost worker's notice is found again.
    """

    user_id = models.BigIntegerField()
    room_id = models.BigIntegerField()
    seq = models.BigIntegerField()
    message_id = models.BigIntegerField()
    reason = models.CharField(max_length=8)
    due_at = models.DateTimeField(null=True, blank=True, db_index=True)
    held_since = models.DateTimeField(null=True, blank=True)
    # The message that devices may still be showing, 0 when none.
    shown_seq = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["room_id", "user_id"], name="notice_once")]

    def __str__(self) -> str:
        return f"{self.user_id} of {self.room_id}/{self.seq}"


class Trial(models.Model):
    """A test notification and how far it got. Whoever knows the token may say that it was shown."""

    token = models.CharField(max_length=64, unique=True)
    user_id = models.BigIntegerField()
    device_id = models.BigIntegerField()
    enqueued_at = models.DateTimeField(default=clock.now, db_index=True)
    picked_up_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    status = models.IntegerField(default=0)
    problem = models.CharField(max_length=200, blank=True, default="")
    shown_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"of device {self.device_id}"
