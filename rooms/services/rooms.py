"""Rooms themselves: create, find each other directly, rename, archive."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from django.db import IntegrityError

from accounts.models import User
from accounts.services.pauses import require_no_link
from accounts.services.standing import require_voice
from core import clock
from core.audit import Action, record
from core.db import at_most_one, atomic, retried
from core.errors import Invalid, NotFound
from core.events import publish, room_topic
from core.limits import Limit, spend
from rooms.events import room_updated
from rooms.models import Kind, MemberRole, Membership, Posting, Room
from rooms.serializers import room_out
from rooms.services.access import changing, membership_of, unchanged
from rooms.services.acquaintance import require_acquaintance
from rooms.services.blocking import close_or_open, direct_key, require_unblocked
from rooms.services.members import Entry, publish_entry

CREATIONS = Limit("room.create", times=20, seconds=3600)
SETTINGS = Limit("room.settings", times=30, seconds=60)
DIRECTS = Limit("room.direct", times=60, seconds=3600)
MOST_PARTICIPANTS = 10
NAME_KEY_LENGTH = 160
SETTABLE = ("name", "topic", "posting", "slow_seconds", "retention_days")


@retried
def create_room(*, actor: User, kind: str, name: str, topic: str = "", posting: str = Posting.EVERYONE) -> Entry:
    """Create a public or private room that the actor owns."""
    name, topic = tidy_name(name), topic.strip()
    require_voice(actor)
    require_no_link(actor, topic)
    spend(CREATIONS, actor.pk)
    with atomic():
        room = Room.objects.create(
            kind=kind,
            name=name,
            name_key=name_key(name),
            topic=topic,
            posting=posting,
            direct_key=f"room:{secrets.token_hex(16)}",
            created_by=actor,
            rev=1,
            settings_rev=1,
            member_count=1,
        )
        membership = Membership.objects.create(room=room, user=actor, role=MemberRole.OWNER, rev=1)
        publish_entry(room, membership, [actor])
        record(Action.ROOM_CREATED, actor_id=actor.pk, target="room", target_id=room.pk, room_id=room.pk)
    return Entry(room, membership)


@retried
def open_direct_room(*, actor: User, user_ids: Sequence[int]) -> tuple[Entry, bool]:
    """Return the one direct room of these people and the actor, and whether it was made now.

    Both sides asking at once get the same room: its key is unique. Only the actor: notes to oneself.
    """
    ids = sorted({actor.pk, *user_ids})
    if len(ids) > MOST_PARTICIPANTS:
        raise Invalid(fields={"user_ids": [f"At most {MOST_PARTICIPANTS} people, with you."]})
    key = direct_key(ids)
    found = at_most_one(Room.objects.filter(direct_key=key))
    if found is None:
        require_voice(actor)
        spend(DIRECTS, actor.pk)
        people = _people(ids)
        require_unblocked(actor, ids)
        require_acquaintance(actor, ids)
        try:
            entry = _create_direct(actor, people, key)
        except IntegrityError:  # the other side was quicker
            found = Room.objects.get(direct_key=key)
        else:
            close_or_open(ids)  # a block that came in between could not see the room yet
            return entry, True
    return Entry(found, membership_of(actor.pk, found.pk)), False


def _people(ids: Sequence[int]) -> list[User]:
    found = User.objects.filter(is_active=True, suspended_at=None).in_bulk(list(ids))
    if len(found) < len(ids):
        raise NotFound()
    return [found[user_id] for user_id in ids]


def _create_direct(actor: User, people: Sequence[User], key: str) -> Entry:
    with atomic():
        room = Room.objects.create(
            kind=Kind.DIRECT,
            direct_key=key,
            participants=",".join(str(person.pk) for person in people),
            created_by=actor,
            rev=1,
            settings_rev=1,
            member_count=len(people),
        )
        memberships = Membership.objects.bulk_create([Membership(room=room, user=person, rev=1) for person in people])
        for membership in memberships:
            publish_entry(room, membership, people)
    return Entry(room, next(m for m in memberships if m.user_id == actor.pk))


@retried
def update_room(
    *,
    actor: User,
    room_id: int,
    name: str | None = None,
    topic: str | None = None,
    posting: str | None = None,
    slow_seconds: int | None = None,
    retention_days: int | None = None,
) -> Room:
    """Rename the room, set its topic, who may post and how often, and (as an owner) for how long messages are kept.

    None leaves a thing as it is.
    """
    spend(SETTINGS, actor.pk)
    with changing(actor, room_id, "change_settings") as change:
        room = change.room
        require_no_link(actor, topic or "")
        before = {field: getattr(room, field) for field in SETTABLE}
        room.name = room.name if name is None else tidy_name(name)
        room.topic = room.topic if topic is None else topic.strip()
        room.posting = posting or room.posting
        room.slow_seconds = room.slow_seconds if slow_seconds is None else slow_seconds
        if retention_days is not None and retention_days != room.retention_days:
            change.rights.require("archive")  # it, too, takes from everybody what was said
            room.retention_days = retention_days
        told = {field: [old, new] for field, old in before.items() if (new := getattr(room, field)) != old}
        if not told:
            return unchanged(room)
        _changed(room, change.rev, "name_key", *SETTABLE)
        record(Action.ROOM_CHANGED, actor_id=actor.pk, target="room", target_id=room.pk, room_id=room.pk, change=told)
        return room


@retried
def set_picture(*, actor: User, room_id: int, picture: str) -> tuple[Room, str]:
    """Show the picture at this address for the room, or none (empty); return the room and the address before."""
    spend(SETTINGS, actor.pk)
    with changing(actor, room_id, "change_settings") as change:
        room = change.room
        before, room.picture = room.picture, picture
        if before == picture:
            return unchanged(room), before
        _changed(room, change.rev, "picture")
        told = {"picture": [before, picture]}
        record(Action.ROOM_CHANGED, actor_id=actor.pk, target="room", target_id=room.pk, room_id=room.pk, change=told)
        return room, before


@retried
def archive_room(*, actor: User, room_id: int, archived: bool) -> Room:
    """Close the room for changes, or open it again."""
    spend(SETTINGS, actor.pk)
    with changing(actor, room_id, "archive") as change:
        room = change.room
        if (room.archived_at is not None) == archived:
            return unchanged(room)
        room.archived_at = clock.now() if archived else None
        _changed(room, change.rev, "archived_at")
        done = Action.ROOM_ARCHIVED if archived else Action.ROOM_REOPENED
        record(done, actor_id=actor.pk, target="room", target_id=room.pk, room_id=room.pk)
        return room


def _changed(room: Room, rev: int, *fields: str) -> None:
    room.settings_rev, room.name_key = rev, name_key(room.name)
    room.save(update_fields=["settings_rev", *fields])
    publish(room_topic(room.pk), room_updated(room_out(room)))


def tidy_name(name: str) -> str:
    """Return a room's name without surplus white space; refuse one with nothing to see in it."""
    tidy = " ".join(name.split())
    if not tidy or not tidy.isprintable():
        raise Invalid(fields={"name": ["Use visible characters."]})
    return tidy


def name_key(name: str) -> str:
    """Return the name as it is searched and sorted. Without case a character can become three."""
    return name.casefold()[:NAME_KEY_LENGTH]
