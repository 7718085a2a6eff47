"""Adding to the audit log, and proving that nothing in it was changed, left out or put in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from django.db import IntegrityError, connection
from django.db.models import F
from django.db.transaction import TransactionManagementError

from core import clock, wire
from core.audit import Fact
from core.db import at_most_one, atomic
from moderation.models.audit import BEGINNING, AuditEntry, AuditHead

HEAD = 1
BATCH = 1000


def keep(fact: Fact) -> None:
    """Add a fact to the log, in the caller's transaction. Concurrent writers take their turns at the head's row."""
    if not connection.in_atomic_block:
        raise TransactionManagementError("what is recorded belongs into the transaction of the change")
    head = _advance()
    entry = AuditEntry(
        seq=head.seq,
        at=clock.now(),
        actor_id=fact.actor_id,
        action=fact.action.value,
        target=fact.target,
        target_id=fact.target_id,
        subject_id=fact.subject_id,
        room_id=fact.room_id,
        change=wire.encode_text(fact.change),
        reason=fact.reason[:500],
        address=fact.address,
        previous=head.seal,
    )
    entry.seal = entry.expected_seal()
    entry.save()
    AuditHead.objects.filter(pk=HEAD).update(seal=entry.seal)


def _advance() -> AuditHead:
    """Move the head on and return it: its new number, still with the seal of the entry before."""
    if not _moved():
        try:
            with atomic():
                AuditHead.objects.create(pk=HEAD)
        except IntegrityError:
            pass  # somebody else has just begun the log
        _moved()
    return AuditHead.objects.get(pk=HEAD)


def _moved() -> int:
    return AuditHead.objects.filter(pk=HEAD).update(seq=F("seq") + 1)


class Verdict(NamedTuple):
    """What reading the whole chain has shown: `broken` is the place of the first entry that is wrong, and `why`."""

    length: int
    seal: str
    broken: int | None = None
    why: str = ""


def verify() -> Verdict:
    """Read the log from its beginning to its head and check every seal. Constant memory; entries added meanwhile wait."""
    head = at_most_one(AuditHead.objects.filter(pk=HEAD)) or AuditHead(pk=HEAD)
    place, seal = 0, BEGINNING
    for entry in _entries(head.seq):
        place += 1
        if why := _fault(entry, place, seal):
            return Verdict(place - 1, seal, place, why)
        seal = entry.seal
    if (place, seal) != (head.seq, head.seal):
        return Verdict(place, seal, place + 1, "the last entries are missing")
    return Verdict(place, seal)


def _entries(last: int) -> Iterator[AuditEntry]:
    place = 0
    while page := list(AuditEntry.objects.filter(seq__gt=place, seq__lte=last).order_by("seq")[:BATCH]):
        yield from page
        place = page[-1].seq


def _fault(entry: AuditEntry, place: int, seal: str) -> str:
    if entry.seq != place:
        return "it is missing"
    if entry.previous != seal:
        return "it does not follow the one before"
    return "" if entry.seal == entry.expected_seal() else "its content was changed"
