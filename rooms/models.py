"""Rooms and who is in them."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

from django.conf import settings
from django.db import models

from core import clock


class Kind(models.TextChoices):
    PUBLIC = "public"
    PRIVATE = "private"
    DIRECT = "direct"


class Posting(models.TextChoices):
    EVERYONE = "everyone"
    MODERATORS = "moderators"


class Closed(models.TextChoices):
    """Why a direct room of two takes nothing new from one of them."""

    NO = "", "Open"
    BLOCKING = "blocking", "They have blocked the other"
    BLOCKED = "blocked", "The other has blocked them"
    GONE = "gone", "The other has deleted their account"


class MemberRole(models.TextChoices):
    OWNER = "owner"
    MODERATOR = "moderator"
    MEMBER = "member"


FOREVER = datetime(9999, 1, 1, tzinfo=UTC)  # the end of a ban for good


def new_epoch() -> str:
    return secrets.token_hex(8)


class Room(models.Model):
    """A conversation. `rev` counts every durable change in it; `access_rev` every change of anybody's rights in it."""

    kind = models.CharField(max_length=8, choices=Kind.choices)
    name = models.CharField(max_length=80, blank=True, default="")
    # Lower case, for the directory's search and order.
    name_key = models.CharField(max_length=160, blank=True, default="")
    topic = models.CharField(max_length=250, blank=True, default="")
    # The stable address of its picture; empty: its initial.
    picture = models.CharField(max_length=64, blank=True, default="")
    posting = models.CharField(max_length=10, choices=Posting.choices, default=Posting.EVERYONE)
    # How long a member waits between two messages; 0: not at all.
    slow_seconds = models.IntegerField(default=0)
    # How many days messages are kept; 0: for ever. What was below `history_from` is gone.
    retention_days = models.IntegerField(default=0, db_index=True)
    history_from = models.BigIntegerField(default=0)
    # Names the participants of a direct room, so that both sides asking at once get the same one; else unique noise.
    direct_key = models.CharField(max_length=80, unique=True)
    participants = models.TextField(blank=True, default="")
    # Changes when a backup is restored: clients then forget what they hold of the room.
    epoch = models.CharField(max_length=16, default=new_epoch)
    rev = models.BigIntegerField(default=0)
    settings_rev = models.BigIntegerField(default=0)
    access_rev = models.BigIntegerField(default=0)
    last_seq = models.BigIntegerField(default=0)
    last_message_at = models.DateTimeField(null=True, blank=True)
    member_count = models.IntegerField(default=0)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    created_at = models.DateTimeField(default=clock.now)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["kind", "name_key", "id"], name="room_directory")]

    def __str__(self) -> str:
        return self.name or f"{self.kind} {self.pk}"

    @property
    def participant_ids(self) -> list[int]:
        return [int(part) for part in self.participants.split(",") if part]


class Membership(models.Model):
    """A person in a room. Whoever leaves keeps the row (`left_at`): others must learn of it when they come back."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="memberships", db_index=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships", db_index=False
    )
    role = models.CharField(max_length=10, choices=MemberRole.choices, default=MemberRole.MEMBER)
    rev = models.BigIntegerField(default=0)
    joined_at = models.DateTimeField(default=clock.now)
    left_at = models.DateTimeField(null=True, blank=True)
    last_read_seq = models.BigIntegerField(default=0)
    # Rises with every move of last_read_seq, back or forth: of two receipts the higher one is the later one.
    read_mark = models.BigIntegerField(default=0)
    # Set by moderation; enforced in capabilities() and when somebody wants to come in.
    muted_until = models.DateTimeField(null=True, blank=True)
    # Of direct rooms of two, set with a block; enforced in capabilities().
    closed = models.CharField(max_length=8, choices=Closed.choices, default=Closed.NO, blank=True)
    # The last message while the room was slow: of two that are sent at once the database lets one through.
    posted_at = models.DateTimeField(null=True, blank=True)
    banned_until = models.DateTimeField(null=True, blank=True)
    # Indexed: every server looks every few seconds for what changed since, in case the news did not reach it.
    changed_at = models.DateTimeField(default=clock.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["room", "user"], name="member_once")]
        indexes = [
            models.Index(fields=["user", "left_at"], name="membership_of_user"),
            models.Index(fields=["room", "rev"], name="membership_changes"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.room_id}"

    @property
    def is_banned(self) -> bool:
        return self.banned_until is not None and self.banned_until > clock.now()
