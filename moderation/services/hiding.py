"""Hiding what a banned person wrote in the last days, and showing it again: message by message, each in its room's order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from core import clock
from core.audit import Action, record
from core.db import at_most_one, atomic, retried
from core.errors import Conflict, NotFound
from core.jobs import job, later
from messaging.models import Kept, Message
from messaging.services.moderating import put_back_message, remove_message
from moderation.models import Sanction

BATCH = 200


@job()
def hide_messages(sanction_id: int) -> None:
    """Delete what the sanction says, unless it was lifted. What an earlier run has deleted is deleted."""
    sanction = at_most_one(Sanction.objects.filter(pk=sanction_id, lifted_at=None, hidden_at=None))
    if sanction is None or not sanction.hide_days:
        return
    count = 0
    for message_id in _written(sanction):
        remove_message(message_id=message_id, by_id=sanction.issued_by, part_of=sanction.pk)
        count += 1
    _finish(sanction, count)
    if Sanction.objects.filter(pk=sanction_id, shows=True).exists():  # taken back meanwhile
        later(show_messages, sanction_id)


@retried
def _finish(sanction: Sanction, count: int) -> None:
    with atomic():
        if Sanction.objects.filter(pk=sanction.pk, hidden_at=None).update(hidden_at=clock.now()):
            _record(Action.MESSAGES_HIDDEN, sanction, sanction.issued_by, count)


def _written(sanction: Sanction) -> Iterator[int]:
    """Yield the person's messages of those days, in no order: the work grows with what they wrote, not with the site."""
    since, last = sanction.created_at - timedelta(days=sanction.hide_days), ""
    theirs = Message.objects.filter(author_id=sanction.user_id, created_at__gte=since, deleted_at=None)
    if sanction.room_id:
        theirs = theirs.filter(room_id=sanction.room_id)
    while page := list(theirs.filter(client_id__gt=last).order_by("client_id").values_list("pk", "client_id")[:BATCH]):
        yield from (message_id for message_id, _ in page)
        last = page[-1][1]


@job()
def show_messages(sanction_id: int) -> None:
    """Put back what was hidden with a sanction and is still in the vault."""
    sanction = at_most_one(Sanction.objects.filter(pk=sanction_id, shows=True))
    if sanction is None:
        return
    last = count = 0
    hidden = Kept.objects.filter(part_of=sanction_id, deleted=True)
    while page := list(hidden.filter(pk__gt=last).order_by("pk")[:BATCH]):
        for kept in page:
            count += _shown(kept, sanction.lifted_by)
        last = page[-1].pk
    _finish_showing(sanction, count)


@retried
def _finish_showing(sanction: Sanction, count: int) -> None:
    with atomic():
        is_first = Sanction.objects.filter(pk=sanction.pk, shown_at=None).update(shown_at=clock.now())
        if is_first or count:
            _record(Action.MESSAGES_SHOWN, sanction, sanction.lifted_by, count)


def _shown(kept: Kept, by_id: int) -> bool:
    try:
        put_back_message(message_id=kept.message_id, by_id=by_id, part_of=kept.part_of)
    except (Conflict, NotFound):  # purged meanwhile
        return False
    return True


def _record(action: Action, sanction: Sanction, actor_id: int, count: int) -> None:
    record(
        action,
        actor_id=actor_id,
        target="sanction",
        target_id=sanction.pk,
        subject_id=sanction.user_id,
        room_id=sanction.room_id,
        change={"messages": count},
    )


def hide_what_is_due() -> None:
    """Begin again what a process that was killed has left undone."""
    due = Sanction.objects.filter(hide_days__gt=0, hidden_at=None, lifted_at=None)
    for sanction_id in list(due.values_list("pk", flat=True)[:BATCH]):
        hide_messages.func(sanction_id)


def show_what_is_due() -> None:
    """Likewise for what is to be seen again."""
    due = Sanction.objects.filter(shows=True, shown_at=None)
    for sanction_id in list(due.values_list("pk", flat=True)[:BATCH]):
        show_messages.func(sanction_id)
