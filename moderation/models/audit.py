"""The audit log: entries that are only ever added, each sealed with the one before it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any, ClassVar, NoReturn

import msgspec
from django.db import models

from core import clock
from core import ids as _ids  # noqa: F401 - the type checker finds the keys of every model through this import

BEGINNING = "0" * 64  # what the first entry is sealed with


class AppendOnly(Exception):
    """The audit log is never changed."""


class AuditLog(models.QuerySet["AuditEntry"]):
    """Entries, for reading and adding."""

    def update(self, **fields: Any) -> NoReturn:
        raise AppendOnly

    def delete(self) -> NoReturn:
        raise AppendOnly

    def bulk_update(self, objs: Iterable[AuditEntry], fields: Iterable[str], batch_size: int | None = None) -> NoReturn:
        raise AppendOnly


class AuditEntry(models.Model):
    """Who did what to whom, when, why and from where. Ids are plain numbers: an entry outlives what it names."""

    seq = models.BigIntegerField(unique=True)
    at = models.DateTimeField(db_index=True)
    actor_id = models.BigIntegerField()
    action = models.CharField(max_length=40)  # one of core.audit.Action
    target = models.CharField(max_length=20, blank=True, default="")
    target_id = models.BigIntegerField(default=0)
    subject_id = models.BigIntegerField(default=0)
    room_id = models.BigIntegerField(default=0)
    # JSON, kept as the text that was sealed.
    change = models.TextField(blank=True, default="{}")
    reason = models.CharField(max_length=500, blank=True, default="")
    address = models.CharField(max_length=45, blank=True, default="")
    previous = models.CharField(max_length=64)
    seal = models.CharField(max_length=64)

    objects: ClassVar[models.Manager[AuditEntry]] = AuditLog.as_manager()

    class Meta:
        verbose_name_plural = "audit log"
        indexes = [
            models.Index(fields=["actor_id", "seq"], name="audit_by_actor"),
            models.Index(fields=["subject_id", "seq"], name="audit_about_person"),
            models.Index(fields=["action", "seq"], name="audit_of_action"),
            models.Index(fields=["room_id", "seq"], name="audit_of_room"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.action}"

    def save(self, **options: Any) -> None:
        if not self._state.adding:
            raise AppendOnly
        super().save(**options | {"force_insert": True})

    def delete(self, using: Any | None = None, keep_parents: bool = False) -> NoReturn:
        raise AppendOnly

    def expected_seal(self) -> str:
        """Return the hash over everything in the entry and the seal of the one before it."""
        said = [
            self.seq, clock.iso(self.at), self.actor_id, self.action, self.target, self.target_id, self.subject_id,
            self.room_id, self.change, self.reason, self.address, self.previous,
        ]  # fmt: skip
        return hashlib.sha256(msgspec.json.encode(said)).hexdigest()


class AuditHead(models.Model):
    """The one row (key 1) that says how long the chain is. Whoever adds an entry moves it first, and so is alone."""

    seq = models.BigIntegerField(default=0)
    seal = models.CharField(max_length=64, default=BEGINNING)
