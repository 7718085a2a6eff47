"""Adding to the audit log, and proving that nothing in it was changed, left out or put in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from django.db import IntegrityError, connection
from django.db.models import F
from django.db.transaction import TransactionManagementError

from core import clock, wire
from core.audit import Action, Fact, record
from core.db import at_most_one, atomic, retried
from core.errors import Unavailable
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
    try:
        entry.save()
    except IntegrityError as error:
        raise Unavailable("audit.broken") from error
    AuditHead.objects.filter(pk=HEAD).update(seal=entry.seal)


def _advance() -> AuditHead:
    """Move the head on and return it: its new number, still with the seal of the entry before.

    Raises `Unavailable` (`audit.broken`) where entries stand without a head: numbering them anew would hide what is gone.
    """
    if not _moved():
        if not AuditEntry.objects.exists():
            _begin()
        elif not _moved():  # somebody who has just begun the log has committed its head with its first entry
            raise Unavailable("audit.broken")
    return AuditHead.objects.get(pk=HEAD)


def _begin() -> None:
    try:
        with atomic():
            AuditHead.objects.create(pk=HEAD, seq=1)
    except IntegrityError:  # somebody else has just begun the log
        _moved()


def _moved() -> int:
    return AuditHead.objects.filter(pk=HEAD).update(seq=F("seq") + 1)


def _head() -> AuditHead | None:
    return at_most_one(AuditHead.objects.filter(pk=HEAD))


class Verdict(NamedTuple):
    """What reading the whole chain has shown: `broken` is the place of the first entry that is wrong, and `why`."""

    length: int
    seal: str
    broken: int | None = None
    why: str = ""


def verify() -> Verdict:
    """Read the log from its beginning to its head and check every seal. Constant memory; entries added meanwhile wait."""
    head = _head()
    told = _followed(head.seq if head is not None else None)
    if told.broken is not None:
        return told
    if head is not None and (told.length, told.seal) != (head.seq, head.seal):
        return told._replace(broken=told.length + 1, why="the last entries are missing")
    return end_of_log() or told


@retried
def renew_head() -> Verdict:
    """Put a lost head back where the entries end, if every one of them holds, and record that it was lost."""
    with atomic():
        told = _followed(None)
        if told.broken is None and told.length and _head() is None:
            AuditHead.objects.create(pk=HEAD, seq=told.length, seal=told.seal)
            record(Action.AUDIT_MENDED, actor_id=0, change={"length": told.length})
    return told


def _followed(last: int | None) -> Verdict:
    place, seal = 0, BEGINNING
    for entry in _entries(last):
        place += 1
        if why := _fault(entry, place, seal):
            return Verdict(place - 1, seal, place, why)
        seal = entry.seal
    return Verdict(place, seal)


def end_of_log() -> Verdict | None:
    """Return what is wrong with the log's end, a few statements' worth: the head is gone, or entries stand beyond it."""
    newest = _newest()
    head = _head()  # read after: whatever is beyond it now was not added by who moves the head first
    if newest is None or (head is not None and newest.seq <= head.seq):
        return None
    if head is None:
        return Verdict(newest.seq, newest.seal, newest.seq, "the log's head, which tells that it is the last, is gone")
    beyond = AuditEntry.objects.filter(seq__gt=head.seq).order_by("seq")[0]
    return Verdict(head.seq, head.seal, beyond.seq, "it was put in beyond the log's head")


def _newest() -> AuditEntry | None:
    return at_most_one(AuditEntry.objects.order_by("-seq"))


def _entries(last: int | None) -> Iterator[AuditEntry]:
    """Read the log in pages, to this entry or to its end. What was put in before the first is read, too."""
    wanted = AuditEntry.objects.order_by("seq")
    if last is not None:
        wanted = wanted.filter(seq__lte=last)
    page = list(wanted[:BATCH])
    while page:
        yield from page
        page = list(wanted.filter(seq__gt=page[-1].seq)[:BATCH])


def _fault(entry: AuditEntry, place: int, seal: str) -> str:
    if entry.seq < place:
        return "another was put in before it"
    if entry.seq != place:
        return "it is missing"
    if entry.previous != seal:
        return "it does not follow the one before"
    return "" if entry.seal == entry.expected_seal() else "its content was changed"
