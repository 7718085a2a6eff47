"""What is kept of who did what to whom, for those who ask later. Written in the transaction of the change itself.

Services call `record`; what keeps the entries is above them and named by the setting `AUDIT_SINK`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple, cast

from django.conf import settings
from django.utils.module_loading import import_string

from core.db import atomic, retried


class Action(StrEnum):
    """Everything that is recorded; the values are kept for ever."""

    SIGNED_IN = "sign_in"
    SIGN_IN_REFUSED = "sign_in.refused"
    SIGN_IN_ENDED = "sign_in.ended"
    PASSWORD_CHANGED = "password.changed"  # noqa: S105 - the name of an action
    SITE_ROLE_CHANGED = "role.changed"
    SET_UP = "site.set_up"
    ROOM_CREATED = "room.created"
    ROOM_CHANGED = "room.changed"
    ROOM_ARCHIVED = "room.archived"
    ROOM_REOPENED = "room.reopened"
    MEMBER_ROLE_CHANGED = "member.role_changed"
    MEMBER_REMOVED = "member.removed"
    MESSAGE_DELETED = "message.deleted"
    MESSAGE_RESTORED = "message.restored"
    AUDIT_EXPORTED = "audit.exported"
    AUDIT_MENDED = "audit.mended"
    PERSON_WARNED = "person.warned"
    PERSON_MUTED = "person.muted"
    PERSON_REMOVED = "person.removed"
    PERSON_BANNED = "person.banned"
    SANCTION_LIFTED = "sanction.lifted"
    MESSAGES_HIDDEN = "messages.hidden"
    MESSAGES_SHOWN = "messages.shown"
    CASE_CLAIMED = "case.claimed"
    CASE_RELEASED = "case.released"
    CASE_CLOSED = "case.closed"
    APPEAL_DECIDED = "appeal.decided"
    RULE_MADE = "rule.made"
    RULE_CHANGED = "rule.changed"
    RULE_REMOVED = "rule.removed"
    RULE_TRIED = "rule.tried"
    RULE_ACTED = "rule.acted"
    HELD_RELEASED = "held.released"
    HELD_REFUSED = "held.refused"
    PAUSED = "site.paused"
    RESUMED = "site.resumed"
    DATA_EXPORTED = "data.exported"
    ACCOUNT_DELETED = "account.deleted"
    PRIVATE_READ = "private.read"


class Fact(NamedTuple):
    """Something that has just been done. Ids are 0 where there is none; `subject_id` is the person it concerns."""

    action: Action
    actor_id: int
    target: str
    target_id: int
    subject_id: int
    room_id: int
    change: Mapping[str, Any]
    reason: str
    address: str


Sink = Callable[[Fact], None]
_address: ContextVar[str] = ContextVar("address", default="")


@contextmanager
def called_from(address: str) -> Iterator[None]:
    """Say where the calls inside come from. The doors do this; services need not know."""
    before = _address.set(address)
    try:
        yield
    finally:
        _address.reset(before)


def address() -> str:
    """Return where the present call comes from, for work that one thread does for others."""
    return _address.get()


def record(
    action: Action,
    *,
    actor_id: int,
    target: str = "",
    target_id: int = 0,
    subject_id: int = 0,
    room_id: int = 0,
    change: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Record a fact in the caller's transaction, as its last statement: others wait from here to the commit.

    `change` is JSON, `{what: [before, after]}` where something was replaced; never the text of a message. Raises
    `TransactionManagementError` outside of a transaction: the fact and what it tells of are kept together or not at all.
    """
    _sink()(Fact(action, actor_id, target, target_id, subject_id, room_id, change or {}, reason, _address.get()))


@retried
def record_private_read(
    *,
    actor_id: int,
    target: str,
    target_id: int = 0,
    subject_id: int = 0,
    room_id: int = 0,
    change: Mapping[str, Any] | None = None,
) -> None:
    """Record that somebody looks at what was said where not everybody may read, in a transaction of its own.

    Before it is shown: what cannot be recorded is not seen.
    """
    with atomic():
        record(
            Action.PRIVATE_READ,
            actor_id=actor_id,
            target=target,
            target_id=target_id,
            subject_id=subject_id,
            room_id=room_id,
            change=change,
        )


@cache
def _sink() -> Sink:
    return cast(Sink, import_string(settings.AUDIT_SINK))
