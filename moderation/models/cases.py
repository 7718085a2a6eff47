"""The moderators' desk: one case per person with something to look at, the reports in it, and notes."""

from __future__ import annotations

from datetime import datetime

from django.db import models

from accounts.models import Role
from core import clock


class Reason(models.TextChoices):
    SPAM = "spam"
    ABUSE = "abuse"
    ILLEGAL = "illegal"
    SELF_HARM = "self_harm"
    OTHER = "other"


class Outcome(models.TextChoices):
    OPEN = "open"
    DISMISSED = "dismissed"
    ACTED = "acted"


class Case(models.Model):
    """Everything that is open about one person. The next report after it was closed opens another."""

    subject_id = models.BigIntegerField()
    # The subject's rank on the site when last reported: who may see the case is asked again when it is opened.
    subject_rank = models.PositiveSmallIntegerField(default=0)
    # The person's id while it is open, unique noise afterwards: there is one open case per person.
    open_key = models.CharField(max_length=40, unique=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.OPEN)
    reports = models.IntegerField(default=0)
    reporters = models.IntegerField(default=0)
    appeals = models.IntegerField(default=0)
    opened_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    claimed_by = models.BigIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.BigIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["outcome", "changed_at"], name="cases_queue"),
            models.Index(fields=["subject_id", "id"], name="cases_about"),
        ]

    def __str__(self) -> str:
        return f"about {self.subject_id}"

    def holder(self, now: datetime) -> int:
        """Return who works on it, 0 when nobody does. A claim ends by itself."""
        return self.claimed_by if self.claimed_until is not None and self.claimed_until > now else 0


class Report(models.Model):
    """What one person reported of another, with what there was to see then."""

    case_id = models.BigIntegerField(db_index=True)
    reporter_id = models.BigIntegerField()  # 0: a rule
    subject_id = models.BigIntegerField()
    message_id = models.BigIntegerField(default=0)
    room_id = models.BigIntegerField(default=0)
    reason = models.CharField(max_length=10, choices=Reason.choices)
    note = models.CharField(max_length=1000, blank=True, default="")
    # JSON: moderation.services.snapshots.Snapshot, for messages.
    snapshot = models.TextField(blank=True, default="")
    # Once per reporter and message, and per reporter, person and case.
    key = models.CharField(max_length=80, unique=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [
            models.Index(fields=["subject_id", "room_id"], name="reports_about_in_room"),
            models.Index(fields=["reporter_id", "id"], name="reports_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.reason} by {self.reporter_id}"


class EvidenceFile(models.Model):
    """A file that a report shows: it is not purged before its case is closed."""

    case_id = models.BigIntegerField(db_index=True)
    report_id = models.BigIntegerField()
    file_id = models.BigIntegerField(db_index=True)
    is_private = models.BooleanField(default=False)


class Note(models.Model):
    """What moderators tell each other about a case."""

    case_id = models.BigIntegerField(db_index=True)
    author_id = models.BigIntegerField()
    text = models.CharField(max_length=1000)
    created_at = models.DateTimeField(default=clock.now)


def rank(role: str) -> int:
    """Return where somebody stands on the site: 0 people, 1 moderators, 2 administrators."""
    return (Role.USER, Role.MODERATOR, Role.ADMIN).index(Role(role))
