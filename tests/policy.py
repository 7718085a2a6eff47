"""Who may call what over REST. A route without a row fails the suite, and so does a row without a route.

Beyond this table each action's own test says which *members* may do it; the table says what everybody else is told.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, NamedTuple


class Access(StrEnum):
    OPEN = "without signing in"
    PERSON = "anybody who has signed in; answers concern only them or what is public"
    ROOM = "members of the room; to outsiders nothing of it exists"
    ADMIN = "administrators; to all others there is nothing"
    STAFF = "the site's moderators and administrators; to others nothing of it exists"


class Rule(NamedTuple):
    access: Access
    # A body that is right in form, so that an outsider's refusal is about the room and not about the body.
    body: dict[str, Any] | None = None


OPEN, PERSON, ROOM, ADMIN, STAFF = (Rule(access) for access in Access)
CLIENT_ID = "7f0d5c8e-2f43-4d0e-9a3b-0c6a5d1e2b10"

POLICY: dict[tuple[str, str], Rule] = {
    ("GET", "/setup"): OPEN,
    ("POST", "/setup"): OPEN,
    ("POST", "/auth/register"): OPEN,
    ("POST", "/auth/sign-in"): OPEN,
    ("POST", "/auth/refresh"): OPEN,
    ("POST", "/auth/sign-out"): PERSON,
    ("POST", "/auth/sign-out-everywhere"): PERSON,
    ("GET", "/auth/sessions"): PERSON,
    ("DELETE", "/auth/sessions/{session_id}"): PERSON,
    ("POST", "/auth/password"): PERSON,
    ("GET", "/me"): PERSON,
    ("PATCH", "/me"): PERSON,
    ("GET", "/me/blocks"): PERSON,
    ("PUT", "/me/blocks/{user_id}"): PERSON,
    ("DELETE", "/me/blocks/{user_id}"): PERSON,
    ("GET", "/users"): PERSON,
    ("GET", "/users/{user_id}"): PERSON,
    ("POST", "/socket/ticket"): PERSON,
    ("GET", "/unread"): PERSON,
    ("GET", "/analytics/days"): ADMIN,
    ("GET", "/analytics/rooms"): ADMIN,
    ("GET", "/analytics/live"): ADMIN,
    ("GET", "/search"): PERSON,
    ("GET", "/rooms"): PERSON,
    ("POST", "/rooms"): PERSON,
    ("GET", "/rooms/directory"): PERSON,
    ("POST", "/rooms/direct"): PERSON,
    ("GET", "/rooms/{room_id}"): ROOM,
    ("PATCH", "/rooms/{room_id}"): Rule(Access.ROOM, {"name": "Mine now"}),
    ("PUT", "/rooms/{room_id}/archive"): ROOM,
    ("DELETE", "/rooms/{room_id}/archive"): ROOM,
    ("GET", "/rooms/{room_id}/members"): ROOM,
    ("PUT", "/rooms/{room_id}/members/me"): ROOM,
    ("DELETE", "/rooms/{room_id}/members/me"): ROOM,
    ("PUT", "/rooms/{room_id}/members/{user_id}"): ROOM,
    ("PATCH", "/rooms/{room_id}/members/{user_id}"): Rule(Access.ROOM, {"role": "owner"}),
    ("DELETE", "/rooms/{room_id}/members/{user_id}"): ROOM,
    ("GET", "/rooms/{room_id}/messages"): ROOM,
    ("POST", "/rooms/{room_id}/messages"): Rule(Access.ROOM, {"client_id": CLIENT_ID, "text": "Let me in"}),
    ("GET", "/rooms/{room_id}/changes"): Rule(Access.ROOM, {"after": 0}),
    ("GET", "/rooms/{room_id}/pinned"): ROOM,
    ("GET", "/rooms/{room_id}/place"): Rule(Access.ROOM, {"at": "2026-11-24T10:00:00Z"}),
    ("PUT", "/rooms/{room_id}/read"): Rule(Access.ROOM, {"seq": 1}),
    ("GET", "/rooms/{room_id}/files"): Rule(Access.ROOM, {"kind": "image"}),
    ("PUT", "/rooms/{room_id}/picture"): Rule(Access.ROOM, {"file_id": "7"}),
    ("DELETE", "/rooms/{room_id}/picture"): ROOM,
    ("POST", "/uploads"): PERSON,
    ("GET", "/uploads/{file_id}"): PERSON,
    ("DELETE", "/uploads/{file_id}"): PERSON,
    ("POST", "/uploads/{file_id}/complete"): PERSON,
    ("PUT", "/me/avatar"): PERSON,
    ("DELETE", "/me/avatar"): PERSON,
    ("GET", "/messages/{message_id}"): ROOM,
    ("PATCH", "/messages/{message_id}"): Rule(Access.ROOM, {"text": "Changed"}),
    ("DELETE", "/messages/{message_id}"): ROOM,
    ("GET", "/notifications"): PERSON,
    ("PATCH", "/notifications"): PERSON,
    ("GET", "/rooms/{room_id}/notifications"): ROOM,
    ("PUT", "/rooms/{room_id}/notifications"): Rule(Access.ROOM, {"level": "all", "muted_until": None}),
    ("GET", "/notifications/devices"): PERSON,
    ("POST", "/notifications/devices"): PERSON,
    ("PATCH", "/notifications/devices/{device_id}"): PERSON,
    ("DELETE", "/notifications/devices/{device_id}"): PERSON,
    ("POST", "/notifications/devices/{device_id}/tests"): PERSON,
    ("GET", "/notifications/tests/{trial_id}"): PERSON,
    ("PUT", "/notifications/receipts/{token}"): OPEN,
    ("DELETE", "/messages/{message_id}/previews"): ROOM,
    ("PUT", "/messages/{message_id}/pin"): ROOM,
    ("DELETE", "/messages/{message_id}/pin"): ROOM,
    ("PUT", "/messages/{message_id}/reactions/{emoji}"): ROOM,
    ("DELETE", "/messages/{message_id}/reactions/{emoji}"): ROOM,
    ("GET", "/messages/{message_id}/tombstone"): ROOM,
    ("DELETE", "/messages/{message_id}/tombstone"): ROOM,
    ("POST", "/reports"): PERSON,  # what it names is tried in tests/moderation/test_report.py
    ("GET", "/sanctions"): PERSON,  # as a room is named or not: tests/moderation/test_personas.py
    ("POST", "/sanctions"): PERSON,
    ("DELETE", "/sanctions/{sanction_id}"): PERSON,
    ("GET", "/me/sanctions"): PERSON,
    ("PUT", "/me/sanctions/{sanction_id}/seen"): PERSON,
    ("PUT", "/me/sanctions/{sanction_id}/appeal"): PERSON,
    ("POST", "/appeals"): OPEN,
    ("PUT", "/sanctions/{sanction_id}/appeal"): Rule(Access.STAFF, {"granted": True}),
    ("GET", "/rules"): STAFF,
    ("POST", "/rules"): Rule(Access.STAFF, {"name": "x", "kind": "repeats", "action": "block"}),
    ("GET", "/rules/{rule_id}"): STAFF,
    ("PATCH", "/rules/{rule_id}"): Rule(Access.STAFF, {"enabled": True}),
    ("DELETE", "/rules/{rule_id}"): STAFF,
    ("GET", "/rules/{rule_id}/trial"): STAFF,
    ("PUT", "/rules/{rule_id}/trial"): STAFF,
    ("GET", "/held"): STAFF,
    ("PUT", "/held/{held_id}"): Rule(Access.STAFF, {"decision": "release"}),
    ("GET", "/rooms/{room_id}/held"): ROOM,
    ("GET", "/pauses"): STAFF,
    ("PUT", "/pauses/{what}"): Rule(Access.STAFF, {"hours": 1}),
    ("DELETE", "/pauses/{what}"): STAFF,
    ("GET", "/me/export"): PERSON,
    ("POST", "/me/export"): PERSON,
    ("DELETE", "/me/account"): Rule(Access.PERSON, {"password": "x", "messages": "keep"}),
    ("GET", "/cases"): STAFF,
    ("GET", "/cases/{case_id}"): STAFF,
    ("PUT", "/cases/{case_id}/claim"): STAFF,
    ("DELETE", "/cases/{case_id}/claim"): STAFF,
    ("POST", "/cases/{case_id}/notes"): Rule(Access.STAFF, {"text": "Hm"}),
    ("DELETE", "/cases/{case_id}/messages/{message_id}"): STAFF,
    ("DELETE", "/cases/{case_id}/messages/{message_id}/tombstone"): STAFF,
    ("PUT", "/cases/{case_id}/outcome"): Rule(Access.STAFF, {"outcome": "dismissed"}),
}
