"""Read: pages of history, everything that changed, and what is unread. All through the caller's membership."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import structs

from accounts.models import User
from accounts.serializers import UserOut, user_out
from accounts.services.blocks import remembered_blocks
from core import clock
from core.errors import Invalid, NotFound
from core.wire import encode
from messaging import store
from messaging.serializers import ChangesOut, CountsOut, MessageOut, PageOut, authors_of, message_out
from messaging.services.recent import recent, recent_changes
from messaging.store import Row
from rooms.models import Membership, Room
from rooms.serializers import MembershipOut, member_out, membership_out, room_out
from rooms.services.access import membership_of, remembered

MOST_CHANGES = 500
MOST_CHANGED_TEXT = 400_000  # characters
RESET_PAGE = 50
MOST_COUNTED = 100


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
        return _page(room, store.older(room_id, around, limit // 2) + newer, around, has_after)
    if after is not None:
        newer, has_after = _newer(room_id, after, limit)
        return _page(room, newer, after + 1, has_after)
    rows = store.older(room_id, before or 0, limit)
    last = rows[-1].seq if rows else (before or 0) - 1
    return _page(room, rows, before or 0, has_after=bool(store.newer(room_id, last, 1)))


def _newest(room_id: int, limit: int) -> PageOut:
    room = Room.objects.get(pk=room_id)
    return _page(room, store.newest(room_id, limit), 0, has_after=False)


def _newer(room_id: int, after: int, limit: int) -> tuple[list[Row], bool]:
    """Return up to `limit` messages above `after`, and whether there are more.

    Read at once: a second look would find what was sent meanwhile, and a client that has reached the present would be told
    that it has not.
    """
    rows = store.newer(room_id, after, limit + 1)
    return rows[:limit], len(rows) > limit


def _page(room: Room, rows: list[Row], place: int, has_after: bool) -> PageOut:
    """Render a page. `place` is where it was looked for: an empty one too has something before it."""
    quoted = _quoted(room.pk, rows)
    first = rows[0].seq if rows else place
    return PageOut(
        room_id=str(room.pk),
        epoch=room.epoch,
        rev=room.rev,
        messages=[message_out(row) for row in rows],
        quoted=[message_out(row) for row in quoted],
        users=authors_of([*rows, *quoted]),
        has_before=bool(store.older(room.pk, first, 1)),
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
    return changes_in(actor=actor, cursors={room_id: (epoch, after)}, most=1)[room_id]


def changes_in(*, actor: User, cursors: Mapping[int, tuple[str | None, int]], most: int) -> dict[int, ChangesOut]:
    """As `changes_for` for several rooms, {room: (epoch, after)}; the last ones are left out beyond `most` characters."""
    memberships = Membership.objects.filter(room_id__in=list(cursors), user_id=actor.pk, left_at=None)
    present = {membership.room_id: membership for membership in memberships}
    found: dict[int, ChangesOut] = {}
    size = 0
    for room_id, (epoch, after) in cursors.items():
        if size > most:
            break
        found[room_id] = _changes(room_id, epoch, after) if room_id in present else _gone(room_id)
        size += len(encode(found[room_id]))
    own = own_memberships(actor, [present[room_id] for room_id in found if room_id in present])
    return {room_id: structs.replace(changes, membership=own.get(room_id)) for room_id, changes in found.items()}


def _changes(room_id: int, epoch: str | None, after: int) -> ChangesOut:
    return recent_changes.of(room_id, epoch, after, read=lambda: changes_since(room_id, after, epoch))


def _gone(room_id: int) -> ChangesOut:
    return ChangesOut(room_id=str(room_id), mode="gone")


def own_memberships(actor: User, memberships: Sequence[Membership]) -> dict[int, MembershipOut]:
    """Return the caller's memberships by room, with what is unread there."""
    counts, moment = count(actor.pk, memberships), clock.now()
    found = {membership.room_id: membership_out(membership, actor, moment) for membership in memberships}
    for room_id, own in found.items():
        own.unread, own.mentions = counts[room_id].unread, counts[room_id].mentions
    return found


def own_membership(actor: User, membership: Membership) -> MembershipOut:
    """Return the caller's membership with what is unread there."""
    return own_memberships(actor, [membership])[membership.room_id]


def changes_since(room_id: int, after: int, epoch: str | None = None) -> ChangesOut:
    """Return everything that changed in the room after `after`, complete up to its `rev`: one indexed query each.

    A client from another `epoch`, ahead of the head or more than 500 changes (or 400,000 characters) behind gets the
    latest page instead.
    """
    room = Room.objects.get(pk=room_id)
    if epoch not in (None, room.epoch) or after > room.rev:
        return _reset(room, after)
    rows = store.changed_since(room_id, after, MOST_CHANGES + 1)
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
    ids = {row.author_id for row in rows} | {member.user_id for member in members}
    return [user_out(person) for person in User.objects.in_bulk(ids).values()]


def _reset(room: Room, after: int) -> ChangesOut:
    page = _page(room, store.newest(room.pk, RESET_PAGE), 0, has_after=False)
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


def count(user_id: int, memberships: Sequence[Membership]) -> dict[int, CountsOut]:
    """Count what is unread in each of a person's rooms, from `last_read_seq`; up to 100 each."""
    if not memberships:
        return {}
    heads = Room.objects.filter(pk__in=[membership.room_id for membership in memberships])
    return count_up_to(user_id, memberships, dict(heads.values_list("pk", "last_seq")))


def count_up_to(user_id: int, memberships: Sequence[Membership], heads: Mapping[int, int]) -> dict[int, CountsOut]:
    """As `count`, where the rooms' `last_seq` are known already: a room read to its end then costs no query."""
    behind = {m.room_id: m.last_read_seq for m in memberships if heads[m.room_id] > m.last_read_seq}
    unread = store.count_unread_in(user_id, behind, MOST_COUNTED)
    unseen = {room: behind[room] for room, n in unread.items() if n}
    silent = remembered_blocks.of(user_id) if unseen else ()
    named = store.mentions_since(user_id, unseen, MOST_COUNTED, silent)
    return {
        m.room_id: CountsOut(unread=unread.get(m.room_id, 0), mentions=named.get(m.room_id, 0)) for m in memberships
    }
