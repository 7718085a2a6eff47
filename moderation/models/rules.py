"""Rules that act by themselves, what they hold back, and how they would have done."""

from __future__ import annotations

from django.db import models

from core import clock


class RuleKind(models.TextChoices):
    WORDS = "words", "Words"
    PATTERN = "pattern", "Patterns"
    LINKS = "links", "Links"
    MENTIONS = "mentions", "Many mentions"
    REPEATS = "repeats", "The same again and again"
    NEWCOMERS = "newcomers", "New accounts"


class RuleAction(models.TextChoices):
    BLOCK = "block", "Refuse the message"
    HOLD = "hold", "Hold it for review"
    DELETE = "delete", "Delete it"
    MUTE = "mute", "Mute the author"
    REPORT = "report", "Report it"


class Rule(models.Model):
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=RuleKind.choices)
    # JSON; moderation.rules.kinds says what each kind takes.
    parameters = models.TextField(default="{}")
    # 0: the whole site.
    room_id = models.BigIntegerField(default=0)
    action = models.CharField(max_length=8, choices=RuleAction.choices)
    mute_minutes = models.IntegerField(default=10)
    # What the author is told.
    reason = models.CharField(max_length=200, blank=True, default="")
    spares_moderators = models.BooleanField(default=True)
    in_direct = models.BooleanField(default=False)
    enabled = models.BooleanField(default=False)
    place = models.IntegerField(default=0)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["place", "id"]

    def __str__(self) -> str:
        return self.name


class HeldState(models.TextChoices):
    WAITING = "waiting"
    RELEASED = "released"
    REFUSED = "refused"


class HeldMessage(models.Model):
    """A message a rule held back. It has no place in its room before it is released: it is sent then, under its own key."""

    author_id = models.BigIntegerField()
    room_id = models.BigIntegerField()
    client_id = models.CharField(max_length=36)
    payload_hash = models.CharField(max_length=32)
    text = models.TextField()
    reply_to = models.BigIntegerField(default=0)
    # JSON: ids.
    files = models.TextField(default="[]")
    rule_id = models.BigIntegerField()
    rule_name = models.CharField(max_length=80)
    state = models.CharField(max_length=8, choices=HeldState.choices, default=HeldState.WAITING)
    decided_by = models.BigIntegerField(default=0)
    decided_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["author_id", "client_id"], name="held_once")]
        indexes = [models.Index(fields=["state", "room_id", "id"], name="held_waiting")]

    def __str__(self) -> str:
        return f"{self.rule_name}, {self.created_at:%-d %b %Y %H:%M} UTC"


class Trial(models.Model):
    """How a rule would have done on the messages of the last 30 days. One for each rule, the latest."""

    rule_id = models.BigIntegerField(unique=True)
    # What was tried: the rule may have changed since.
    parameters = models.TextField()
    # Ids of messages: they are in the order of time.
    after = models.BigIntegerField()
    up_to = models.BigIntegerField()
    reached = models.BigIntegerField()
    looked_at = models.IntegerField(default=0)
    matched = models.IntegerField(default=0)
    by_moderators = models.IntegerField(default=0)
    # JSON: ids of the first that matched.
    samples = models.TextField(default="[]")
    started_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.rule_id} on {self.started_at:%Y-%m-%d}"

    @property
    def progress(self) -> float:
        """Return how much of the time was looked at, from 0 to 1."""
        if self.finished_at is not None:
            return 1.0
        return (self.reached - self.after) / max(1, self.up_to - self.after)
