"""Letters about what somebody was called for and has not read: no more often than they want, none while they are here."""

from __future__ import annotations

import smtplib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Q

from accounts.models import User
from core import clock
from core.db import at_most_one
from core.jobs import job, later
from messaging import store
from messaging.models import Mention
from messaging.services.dates import last_before
from messaging.store import Row
from notifications.models import Level, Preferences, RoomPreference
from notifications.rules import is_muted, level_in
from notifications.services.letters import Section, send_digest_letter
from notifications.services.preferences import rooms_chosen
from notifications.services.surroundings import is_active, without_blocking
from rooms.models import Kind, Membership, Room

SETTLED = timedelta(minutes=30)  # younger ones they may still be about to read
LOOK_AGAIN = timedelta(minutes=15)
MOST_DUE = 500
MOST_LOOKED_AT = 50  # messages of a room


class Reader(NamedTuple):
    """Somebody who is owed a look, with the span of time it is about."""

    user: User
    preferences: Preferences
    until: datetime


def send_due_digests() -> None:
    """Have looked after everybody whose next digest may go out."""
    due = Preferences.objects.filter(digest_due_at__lte=clock.now()).order_by("digest_due_at")
    for user_id in due.values_list("user_id", flat=True)[:MOST_DUE]:
        later(send_digest, user_id)


@job()
def send_digest(user_id: int) -> None:
    """Write to somebody about what they missed, if they are away and there is something; else look again later."""
    now = clock.now()
    preferences = at_most_one(Preferences.objects.filter(user_id=user_id, digest_due_at__lte=now))
    user = at_most_one(User.objects.filter(pk=user_id))
    if preferences is None or user is None:
        return
    reader = Reader(user, preferences, now - SETTLED)
    sections = missed(reader) if user.may_sign_in and not is_active(user_id) else []
    if not sections:
        _settle(preferences, preferences.digested_until, now + LOOK_AGAIN)
    elif _settle(preferences, reader.until, now + timedelta(hours=preferences.digest_hours)):
        _send(reader, sections)


def _settle(preferences: Preferences, until: datetime, due_at: datetime) -> bool:
    """Note up to when it is done and when it is due again; of two workers one may."""
    asis = Preferences.objects.filter(pk=preferences.pk, digest_due_at=preferences.digest_due_at)
    return bool(asis.update(digested_until=until, digest_due_at=due_at))


def _send(reader: Reader, sections: Sequence[Section]) -> None:
    """Send it. A mail server that refuses is asked again with the next look."""
    try:
        send_digest_letter(reader.user, sections, show_text=reader.preferences.show_text)
    except (OSError, smtplib.SMTPException):
        mine = Preferences.objects.filter(pk=reader.preferences.pk, digested_until=reader.until, digest_hours__gt=0)
        mine.update(digested_until=reader.preferences.digested_until, digest_due_at=clock.now() + LOOK_AGAIN)
        raise


def missed(reader: Reader) -> list[Section]:
    """Return what the person was called for and has not read, room by room: by name, or in a direct conversation."""
    mine = Membership.objects.filter(user_id=reader.user.pk, left_at=None)
    read = dict(mine.values_list("room_id", "last_read_seq"))
    chosen = {choice.room_id: choice for choice in rooms_chosen(reader.user.pk)}
    rooms = [
        room for room in Room.objects.in_bulk(list(read)).values() if _is_wanted(reader, room, chosen.get(room.pk))
    ]
    behind = [room for room in rooms if room.last_seq > read[room.pk] and _has_news(reader, room)]
    found = [(room, _unread(reader, room, read[room.pk])) for room in sorted(behind, key=lambda room: room.pk)]
    return [_section(reader.user, room, rows) for room, rows in found if rows]


def _has_news(reader: Reader, room: Room) -> bool:
    return room.last_message_at is not None and room.last_message_at > reader.preferences.digested_until


def _is_wanted(reader: Reader, room: Room, choice: RoomPreference | None) -> bool:
    return not is_muted(choice, clock.now()) and level_in(room.kind, reader.preferences, choice) != Level.NOTHING


def _unread(reader: Reader, room: Room, read: int) -> list[Row]:
    """Return the calls of one room above the place `read`, oldest first."""
    me = reader.user.pk
    # Before the limit: else the oldest that were told of already would leave no place for what is new.
    read = max(read, last_before(room.pk, reader.preferences.digested_until, room.last_seq))
    if room.kind == Kind.DIRECT:
        rows = store.newer(room.pk, read, MOST_LOOKED_AT)
    else:
        named = Mention.objects.filter(Q(user_id=me) | Q(user_id=0), room_id=room.pk, seq__gt=read)
        ids = set(named.order_by("seq").values_list("message_id", flat=True)[:MOST_LOOKED_AT])
        rows = sorted(store.many(room.pk, ids), key=lambda row: row.seq) if ids else []
    since, until = reader.preferences.digested_until, reader.until
    fresh = [row for row in rows if since < row.created_at <= until and row.deleted_at is None and row.author_id != me]
    heard = {author for author in {row.author_id for row in fresh} if me in without_blocking(author, [me])}
    return [row for row in fresh if row.author_id in heard]


def _section(reader: User, room: Room, rows: Sequence[Row]) -> Section:
    others = [user_id for user_id in room.participant_ids if user_id != reader.pk]
    people = User.objects.in_bulk({*others, *(row.author_id for row in rows)})
    names = {pk: person.display_name for pk, person in people.items()}
    title = room.name or ", ".join(names[pk] for pk in others if pk in names)
    return Section(room.pk, title, list(rows), names)
