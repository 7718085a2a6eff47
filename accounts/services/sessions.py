"""Sign-ins: opened, kept alive by rotating the refresh token, and ended. All changes are compare-and-set."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.conf import settings
from django.db.models import F, Q, QuerySet

from accounts.events import session_revoked
from accounts.models import AuthSession, User
from accounts.services.callers import network
from accounts.services.stamping import person_changed
from accounts.services.standing import NOT_SUSPENDED, require_standing
from accounts.tokens import first_refresh, issue_access, next_refresh, refresh_hash, session_of
from core import clock
from core.audit import Action, record
from core.db import at_most_one, atomic, retried
from core.errors import AppError, NotFound, Unauthenticated
from core.events import publish, user_topic
from core.ids import next_id
from core.limits import Limit, spend

REFRESHES = Limit("refresh", times=60, seconds=60)
MOST_LISTED = 100
MOST_ID = 2**63  # beyond, a token names no row, and some databases do not even take the question


@dataclass(frozen=True)
class SignedIn:
    access: str
    refresh: str
    session: AuthSession
    user: User


@retried
def open_session(*, user: User, ip: str = "", device: str = "") -> SignedIn:
    """Begin a sign-in for somebody whose credentials have just been checked."""
    moment, session_id = clock.now(), next_id()
    refresh = first_refresh(session_id)
    session = AuthSession(
        pk=session_id,
        user=user,
        refresh_hash=refresh_hash(refresh),
        rotated_at=moment,
        created_at=moment,
        last_used_at=moment,
        expires_at=_ends_at(moment, moment),
        ip=ip[:45],
        device=device[:200],
    )
    with atomic():
        _admit(user, moment)
        AuthSession.objects.filter(user=user, expires_at__lte=moment).delete()
        session.save(force_insert=True)
        if user.is_staff:
            record_sign_in(user, "app", session_id=session.pk)
    return SignedIn(issue_access(session), refresh, session, user)


def record_sign_in(user: User, door: Literal["app", "admin"], *, session_id: int = 0) -> None:
    """Record in the caller's transaction that one of the staff has signed in."""
    record(
        Action.SIGNED_IN,
        actor_id=user.pk,
        target="sign_in",
        target_id=session_id,
        subject_id=user.pk,
        change={"door": door},
    )


def _admit(user: User, moment: datetime) -> None:
    """Raise if the password was changed or the account suspended since it was read. A suspension that has ended goes.

    Both write the same row, so one of us waits: a sign-in that was under way does not outlive them.
    """
    if user.suspended_at is not None:
        User.objects.filter(pk=user.pk, suspended_until__lte=moment).update(**NOT_SUSPENDED)
    as_read = User.objects.filter(pk=user.pk, password=user.password, is_active=True, suspended_at=None)
    if not as_read.update(last_login=moment):
        raise Unauthenticated("auth.credentials")


def live_session(session_id: int) -> tuple[AuthSession, User]:
    """Return the sign-in and the person, if it has neither ended nor run out: two reads by primary key."""
    session = at_most_one(AuthSession.objects.filter(pk=session_id))
    return _live(session, at_most_one(User.objects.filter(pk=session.user_id)) if session else None)


def live_sessions(session_ids: Collection[int]) -> dict[int, tuple[AuthSession, User] | AppError]:
    """As `live_session` for several, with the same two reads: the sign-in and the person, or the refusal."""
    sessions = AuthSession.objects.in_bulk([session_id for session_id in session_ids if 0 < session_id < MOST_ID])
    people = User.objects.in_bulk({session.user_id for session in sessions.values()})
    found: dict[int, tuple[AuthSession, User] | AppError] = {}
    for session_id in session_ids:
        session = sessions.get(session_id)
        try:
            found[session_id] = _live(session, people.get(session.user_id) if session else None)
        except AppError as refusal:
            found[session_id] = refusal
    return found


def _live(session: AuthSession | None, user: User | None) -> tuple[AuthSession, User]:
    if session is None or user is None:
        raise Unauthenticated("auth.invalid")
    require_standing(user)
    if session.revoked_at is not None or session.expires_at <= clock.now():
        raise Unauthenticated("auth.invalid")
    return session, user


def rotate(*, refresh: str, ip: str = "") -> SignedIn:
    """Keep a sign-in alive: a new access token for a refresh token, and the refresh token to hold from now on."""
    spend(REFRESHES, network(ip))
    session, user = live_session(session_of(refresh))
    successor = next_refresh(refresh)
    if not _turn(session, refresh, successor):
        session, user = live_session(session.pk)  # it has just ended, or another tab was quicker
        successor = _token_in_force(session, refresh, successor)
    return SignedIn(issue_access(session), successor, session, user)


def _turn(session: AuthSession, refresh: str, successor: str) -> bool:
    """Put `successor` in force. Only a live session turns, and at most once in REFRESH_GRACE after the first time.

    A second turn so soon would make the token that another tab was given a moment ago look like a stolen one.
    """
    moment = clock.now()
    settled = Q(previous_hash="") | Q(rotated_at__lte=moment - settings.REFRESH_GRACE)
    current = AuthSession.objects.filter(
        settled, pk=session.pk, refresh_hash=refresh_hash(refresh), revoked_at=None, expires_at__gt=moment
    )
    turned = current.update(
        refresh_hash=refresh_hash(successor),
        previous_hash=refresh_hash(refresh),
        rotated_at=moment,
        last_used_at=moment,
        expires_at=_ends_at(session.created_at, moment),
    )
    return bool(turned)


def _token_in_force(session: AuthSession, refresh: str, successor: str) -> str:
    """Return the token that holds, if the given one is it or was it until a moment ago. An older one was stolen."""
    held = refresh_hash(refresh)
    if held == session.refresh_hash:
        return refresh
    is_recent = clock.now() - session.rotated_at <= settings.REFRESH_GRACE
    if is_recent and held == session.previous_hash and refresh_hash(successor) == session.refresh_hash:
        return successor
    _end(session.user_id, AuthSession.objects.filter(pk=session.pk))
    raise Unauthenticated("auth.reused")


def _ends_at(created_at: datetime, used_at: datetime) -> datetime:
    return min(created_at + settings.REFRESH_LIFETIME, used_at + settings.REFRESH_IDLE_LIFETIME)


def list_sessions(*, actor: User) -> Sequence[AuthSession]:
    """Return the sign-ins that are alive, the one used last first."""
    alive = AuthSession.objects.filter(user=actor, revoked_at=None, expires_at__gt=clock.now())
    return list(alive.order_by("-last_used_at", "-pk")[:MOST_LISTED])


@retried
def end_session(*, user_id: int, session_id: int, by: int = 0) -> None:
    """End one sign-in. `by`: the administrator who does it, when it is not one's own."""
    with atomic():
        if not _end(user_id, AuthSession.objects.filter(user_id=user_id, pk=session_id)):
            raise NotFound()
        if by:
            record(Action.SIGN_IN_ENDED, actor_id=by, target="sign_in", target_id=session_id, subject_id=user_id)


def end_others(*, actor: User, session: AuthSession) -> None:
    _end(actor.pk, AuthSession.objects.filter(user=actor).exclude(pk=session.pk))


def end_all(*, user: User) -> None:
    """End every sign-in, those to the admin too."""
    User.objects.filter(pk=user.pk).update(era=F("era") + 1)
    _end(user.pk, AuthSession.objects.filter(user=user))


@retried
def _end(user_id: int, sessions: QuerySet[AuthSession]) -> bool:
    """End those of the sessions that have not ended, and close their sockets. Return whether there were any."""
    with atomic():
        ids = list(sessions.filter(revoked_at=None).values_list("pk", flat=True))
        if AuthSession.objects.filter(pk__in=ids, revoked_at=None).update(revoked_at=clock.now()):
            person_changed(user_id)
            publish(user_topic(user_id), session_revoked(), ends=ids)
    return bool(ids)
