"""Read: pages of history, everything that changed, and what is unread. All through the caller's membership."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from msgspec import structs

from accounts.models import User
from accounts.serializers import UserOut
from accounts.services.cards import cards
from core import clock
from core.errors import Invalid, NotFound
from core.wire import encode
from messaging import store
from messaging.serializers import ChangesOut, MessageOut, PageOut, authors_of, message_out
from messaging.services.counting import count_for_all, places_of
from messaging.services.recent import recent, recent_changes
from messaging.store import Row
from rooms.models import Membership, Room
from rooms.serializers import MembershipOut, member_out, membership_out, room_out
from rooms.services.access import membership_of, remembered

MOST_CHANGES = 500
MOST_CHANGED_TEXT = 400_000  # characters
RESET_PAGE = 50


def page_of(
    *, actor: User, room_id: int, before: int | None, after: int | None, around: int | None, limit: int
) -> PageOut:
    """Return up to `limit` messages below `before`, above `after`, around a place, or the newest; each by `seq`."""
    if sum(place is not None for place in (before, after, around)) > 1:
        raise Invalid(message="Use only one of before, after and around.")
    remembered.now(actor.pk, room_id)
    if before is after is around is None:
        return recent.of(room_id, limit, read=lambda: _newest(room_id, limit))
    room = Room.objects.get(pk=room_id)  # read before the rows: they then hold at least everything up to room.rev
    if around is not None:
        newer, has_after = _newer(room_id, around - 1, limit - limit // 2)
        rows, has_before = _older(room_id, around, limit // 2)
        return _page(room, rows + newer, has_before, has_after)
    if after is not None:
        rows, has_after = _newer(room_id, after, limit)
        first = rows[0].seq if rows else after + 1
        return _page(room, rows, bool(store.older(room_id, first, 1)), has_after)
    rows, has_before = _older(room_id, before or 0, limit)
    last = rows[-1].seq if rows else (before or 0) - 1
    has_after = room.last_seq > last if rows else bool(store.newer(room_id, last, 1))
    return _page(room, rows, has_before, has_after)


def _newest(room_id: int, limit: int) -> PageOut:
    return _newest_of(Room.objects.get(pk=room_id), limit)


def _newest_of(room: Room, limit: int) -> PageOut:
    rows = store.newest(room.pk, limit + 1)
    return _page(room, rows[-limit:], has_before=len(rows) > limit, has_after=False)


def _older(room_id: int, before: int, limit: int) -> tuple[list[Row], bool]:
    """Return up to `limit` messages below `before`, and whether there are more."""
    rows = store.older(room_id, before, limit + 1)
    return rows[max(0, len(rows) - limit) :], len(rows) > limit


def _newer(room_id: int, after: int, limit: int) -> tuple[list[Row], bool]:
    """Return up to `limit` messages above `after`, and whether there are more.

    Read at once: a second look would find what was sent meanwhile, and a client that has reached the present would be told
    that it has not.
    """
    rows = store.newer(room_id, after, limit + 1)
    return rows[:limit], len(rows) > limit


def _page(room: Room, rows: list[Row], has_before: bool, has_after: bool) -> PageOut:
    quoted = _quoted(room.pk, rows)
    return PageOut(
        room_id=str(room.pk),
        epoch=room.epoch,
        rev=room.rev,
        messages=[message_out(row) for row in rows],
        quoted=[message_out(row) for row in quoted],
        users=authors_of([*rows, *quoted]),
        has_before=has_before,
        has_after=has_after,
    )


def _quoted(room_id: int, rows: Sequence[Row]) -> list[Row]:
    """Return the replied-to messages that are not among the rows."""
    wanted = {row.reply_to for row in rows if row.reply_to} - {row.id for row in rows}
    return store.many(room_id, wanted) if wanted else []


def message_for(*, actor: User, message_id: int) -> MessageOut:
    row = store.one(message_id)
    if row is None:
        raise NotFound()
    membership_of(actor.pk, row.room_id)
    return message_out(row)


def changes_for(*, actor: User, room_id: int, epoch: str | None, after: int) -> ChangesOut:
    """Return what the caller missed in a room since `after`. Whoever is not in it learns just that: `gone`."""
    (found,) = changes_in_all([Behind(actor, {room_id: (epoch, after)})], most=1)
    return found[room_id]


class Behind(NamedTuple):
    """Somebody who missed something: {room: (epoch, the `rev` they know it at)}."""

    actor: User
    cursors: Mapping[int, tuple[str | None, int]]


def changes_in_all(behind: Sequence[Behind], most: int) -> list[dict[int, ChangesOut]]:
    """As `changes_for` for several people and rooms: each one's last rooms are left out beyond `most` characters.

    What the readers of a room missed alike is one object for all of them, but for `membership`, which is their own.
    """
    present = _present(behind)
    shared: dict[tuple[int, str | None, int], tuple[ChangesOut, int]] = {}
    found = [_up_to(most, each, present, shared) for each in behind]
    people: dict[int, list[Membership]] = {each.actor.pk: [] for each in behind}
    for each, answered in zip(behind, found, strict=True):
        mine = (present.get((each.actor.pk, room_id)) for room_id in answered)
        people[each.actor.pk] += [membership for membership in mine if membership is not None]
    own = own_memberships({each.actor.pk: each.actor for each in behind}, people)
    return [
        {
            room_id: structs.replace(changes, membership=own.get((each.actor.pk, room_id)))
            for room_id, changes in of.items()
        }
        for each, of in zip(behind, found, strict=True)
    ]


def _present(behind: Sequence[Behind]) -> dict[tuple[int, int], Membership]:
    room_ids = {room_id for each in behind for room_id in each.cursors}
    user_ids = {each.actor.pk for each in behind}
    rows = Membership.objects.filter(user_id__in=list(user_ids), room_id__in=list(room_ids), left_at=None)
    return {(membership.user_id, membership.room_id): membership for membership in rows}


def _up_to(
    most: int,
    behind: Behind,
    present: Mapping[tuple[int, int], Membership],
    shared: dict[tuple[int, str | None, int], tuple[ChangesOut, int]],
) -> dict[int, ChangesOut]:
    found: dict[int, ChangesOut] = {}
    size = 0
    for room_id, (epoch, after) in behind.cursors.items():
        if size > most:
            break
        if (behind.actor.pk, room_id) not in present:
            found[room_id] = _gone(room_id)
            continue
        asked = (room_id, epoch, after)
        if asked not in shared:
            changes = _changes(*asked)
            shared[asked] = changes, len(encode(changes))
        found[room_id], length = shared[asked]
        size += length
    return found


def _changes(room_id: int, epoch: str | None, after: int) -> ChangesOut:
    return recent_changes.of(room_id, epoch, after, read=lambda: changes_since(room_id, after, epoch))


def _gone(room_id: int) -> ChangesOut:
    return ChangesOut(room_id=str(room_id), mode="gone")


def own_memberships(
    actors: Mapping[int, User], people: Mapping[int, Sequence[Membership]]
) -> dict[tuple[int, int], MembershipOut]:
    """Return each person's memberships by (person, room), with what is unread there."""
    places = places_of({membership.room_id for mine in people.values() for membership in mine})
    counts, moment = count_for_all(people, places), clock.now()
    found: dict[tuple[int, int], MembershipOut] = {}
    for user_id, mine in people.items():
        for membership in mine:
            own, left = membership_out(membership, actors[user_id], moment), counts[user_id][membership.room_id]
            own.unread, own.mentions = left.unread, left.mentions
            found[user_id, membership.room_id] = own
    return found


def own_membership(actor: User, membership: Membership) -> MembershipOut:
    """Return the caller's membership with what is unread there."""
    return own_memberships({actor.pk: actor}, {actor.pk: [membership]})[actor.pk, membership.room_id]


def changes_since(room_id: int, after: int, epoch: str | None = None) -> ChangesOut:
    """Return everything that changed in the room after `after`, complete up to its `rev`: one indexed query each.

    A client from another `epoch`, ahead of the head or more than 500 changes (or 400,000 characters) behind gets the
    latest page instead.
    """
    room = Room.objects.get(pk=room_id)
    if epoch not in (None, room.epoch) or after > room.rev:
        return _reset(room, after)
    # Read after the head: a message that is newer than it comes with what follows, not twice.
    rows = [row for row in store.changed_since(room_id, after, MOST_CHANGES + 1) if row.seq <= room.last_seq]
    members = list(Membership.objects.filter(room_id=room_id, rev__gt=after).order_by("rev")[: MOST_CHANGES + 1])
    if max(len(rows), len(members)) > MOST_CHANGES:
        return _reset(room, after)
    quoted = _quoted(room_id, rows)
    if sum(len(row.text) for row in [*rows, *quoted]) > MOST_CHANGED_TEXT:
        return _reset(room, after)
    return ChangesOut(
        room_id=str(room_id),
        mode="delta",
        epoch=room.epoch,
        after=after,
        rev=room.rev,
        messages=[message_out(row) for row in rows],
        quoted=[message_out(row) for row in quoted],
        members=[member_out(member) for member in members],
        users=_people([*rows, *quoted], members),
        room=room_out(room) if room.settings_rev > after or members else None,  # with its new member_count
    )


def _people(rows: Iterable[Row], members: Iterable[Membership]) -> list[UserOut]:
    return cards.of({row.author_id for row in rows} | {member.user_id for member in members})


def _reset(room: Room, after: int) -> ChangesOut:
    page = _newest_of(room, RESET_PAGE)
    return ChangesOut(
        room_id=page.room_id,
        mode="reset",
        epoch=page.epoch,
        after=after,
        rev=page.rev,
        messages=page.messages,
        quoted=page.quoted,
        users=page.users,
        room=room_out(room),
        has_before=page.has_before,
    )
