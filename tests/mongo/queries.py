"""The hot queries, as the product asks them. Every one must use an index and no sort in memory."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet

from accounts.models import AuthSession, User
from messaging.models import Attachment, Message
from moderation.models import AuditEntry
from notifications.models import Device, Notice, Preferences, RoomPreference
from rooms.models import Kind, Membership, Room

SINCE = datetime(2026, 11, 24, 10, tzinfo=UTC)
ROOM, USER = 1, 2
Command = dict[str, Any]
# What the store sends by itself (messaging/store/mongo.py, rooms/heads/mongo.py): collection, filter, sort, limit.
STORE: dict[str, tuple[str, dict[str, Any], dict[str, int] | None, int]] = {
    "what was sent": ("messaging_message", {"author_id": USER, "client_id": "key"}, None, 1),
    "one message": ("messaging_message", {"_id": 7}, None, 1),
    "the newest": ("messaging_message", {"room_id": ROOM}, {"seq": -1}, 50),
    "older": ("messaging_message", {"room_id": ROOM, "seq": {"$lt": 90}}, {"seq": -1}, 50),
    "newer": ("messaging_message", {"room_id": ROOM, "seq": {"$gt": 9}}, {"seq": 1}, 50),
    "changed since": ("messaging_message", {"room_id": ROOM, "rev": {"$gt": 9}}, {"rev": 1}, 501),
    "unread": (
        "messaging_message",
        {"room_id": ROOM, "seq": {"$gt": 9}, "deleted_at": None, "author_id": {"$ne": USER}},
        {"seq": 1},
        100,
    ),
    "mentions": (
        "messaging_mention",
        {"room_id": ROOM, "user_id": {"$in": [USER, 0]}, "seq": {"$gt": 9}},
        None,
        100,
    ),
    "the counter": ("rooms_room", {"_id": ROOM, "access_rev": 3}, None, 1),
}


def commands() -> Mapping[str, Command]:
    """Return every hot query as the command a server gets, by what it is for."""
    asked: dict[str, Command] = {}
    for name, found in hot_queries(ROOM, USER).items():
        asked[name] = {"aggregate": found.model._meta.db_table, "pipeline": pipeline(found), "cursor": {}}
    for name, (collection, wanted, order, limit) in STORE.items():
        command = {"find": collection, "filter": wanted, "limit": limit}
        asked[f"store: {name}"] = command | ({"sort": order} if order else {})
    return asked


def hot_queries(room: int, user: int) -> Mapping[str, QuerySet[Any, Any]]:
    """Return them by what they are for; `room` and `user` are there when there is data."""
    mine = Membership.objects.filter(user_id=user, left_at=None)
    members = Membership.objects.filter(room_id=room, left_at=None)
    return {
        "who calls: the sign-in": AuthSession.objects.filter(pk=7)[:1],
        "who calls: the person": User.objects.filter(pk=user)[:1],
        "sign in by name": User.objects.filter(username_key="alice")[:1],
        "sign in by e-mail": User.objects.filter(email_key="alice@example.org")[:1],
        "rotate a refresh token": AuthSession.objects.filter(pk=7, refresh_hash="0" * 64, revoked_at=None),
        "the admin's session": Session.objects.filter(session_key="key", expire_date__gt=SINCE)[:1],
        "may this person read here": Membership.objects.filter(room_id=room, user_id=user, left_at=None)[:1],
        "a room": Room.objects.filter(pk=room)[:1],
        "rooms of a list": Room.objects.filter(pk__in=[room, 7]),
        "people of a page": User.objects.filter(pk__in=[user, 7]),
        "where a person is": mine,
        "who is named": User.objects.filter(username_key__in=["alice", "bob"]).values_list("pk", flat=True),
        "members that changed": Membership.objects.filter(room_id=room, rev__gt=1).order_by("rev")[:501],
        "a page of members": members.filter(user_id__gt=1).order_by("user_id")[:51],
        "the directory": Room.objects.filter(kind=Kind.PUBLIC, archived_at=None).order_by("name_key", "pk")[:51],
        "the directory's next page": Room.objects.filter(
            Q(name_key="a", pk__gt=7) | Q(name_key__gt="a"), kind=Kind.PUBLIC, archived_at=None
        ).order_by("name_key", "pk")[:51],
        "people by name": User.objects.filter(is_active=True, suspended_at=None).order_by("username")[:51],
        "sweep: counters": Room.objects.filter(pk__in=[room, 7]).values_list("pk", "rev", "access_rev", "epoch"),
        "sweep: memberships": Membership.objects.filter(changed_at__gte=SINCE).order_by("changed_at"),
        "sweep: sign-ins": AuthSession.objects.filter(revoked_at__gte=SINCE).values_list("pk", flat=True),
        "sweep: people": User.objects.filter(suspended_at__gte=SINCE).values_list("pk", flat=True),
        "audit: the whole chain": AuditEntry.objects.filter(seq__gt=1, seq__lte=9).order_by("seq")[:1000],
        "audit: about somebody": AuditEntry.objects.filter(subject_id=user).order_by("-seq")[:50],
        "audit: of an action": AuditEntry.objects.filter(action="message.deleted").order_by("-seq")[:50],
        "a file": Attachment.objects.filter(pk=7, state="ready", removed_at=None)[:1],
        "files of a message": Attachment.objects.filter(message_id=7, removed_at=None),
        "files somebody keeps": Attachment.objects.filter(owner_id=user),
        "files nobody sent": Attachment.objects.filter(attached_at=None, created_at__lt=SINCE)[:200],
        "thumbnails that are due": Attachment.objects.filter(due_at__lt=SINCE).order_by("due_at")[:200],
        "files removed long ago": Attachment.objects.filter(removed_at__lt=SINCE)[:200],
        "images of a room": Message.objects.filter(room_id=room, has=3, has__gt=0, seq__lt=9).order_by("-seq")[:51],
        "a message (admin)": Message.objects.filter(room_id=room, seq__lt=9).order_by("-seq")[:50],
    } | notification_queries(room, user)


def notification_queries(room: int, user: int) -> dict[str, QuerySet[Any, Any]]:
    return {
        "notifications: who has a device": Device.objects.filter(user_id__in=[user, 7], enabled=True).values_list(
            "user_id", flat=True
        ),
        "notifications: a browser": Device.objects.filter(endpoint_key="0" * 64)[:1],
        "notifications: what was chosen here": RoomPreference.objects.filter(user_id__in=[user, 7], room_id=room),
        "notifications: what was chosen everywhere": Preferences.objects.filter(user_id__in=[user, 7]),
        "notifications: what somebody is told of a room": Notice.objects.filter(
            room_id=room, user_id=user, shown_seq__gt=0
        )[:1],
        "notifications: what is due": Notice.objects.filter(due_at__lte=SINCE).order_by("due_at")[:1000],
        "notifications: whose letter is due": Preferences.objects.filter(digest_due_at__lte=SINCE).order_by(
            "digest_due_at"
        )[:500],
        "notifications: new messages": Message.objects.filter(pk__gte=7, pk__lt=9, deleted_at=None).order_by("pk")[
            :5000
        ],
    }


def pipeline(found: QuerySet[Any, Any]) -> list[dict[str, Any]]:
    """Return what the engine would send to `aggregate`."""
    compiler: Any = found.query.get_compiler(using="default")
    compiler.pre_sql_setup()
    asked = compiler.query
    whole = asked.default_cols and not asked.annotations and not asked.distinct
    stages: list[dict[str, Any]] = compiler.build_query(None if whole else compiler.columns).get_pipeline()
    return stages
