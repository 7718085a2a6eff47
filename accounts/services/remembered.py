"""Sign-ins this process has just checked: an authenticated call then costs no query.

An entry counts while the person's stamp is what it was when it was read; nothing acknowledged (a sign-out, a suspension, a
new role) is overlooked. After 15 seconds it is read again in any case, in case Redis lost the stamps.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Sequence

from accounts.models import AuthSession, User
from accounts.services.sessions import live_sessions
from accounts.services.stamping import name_of
from core import clock
from core.errors import AppError, Unauthenticated
from core.stamps import Away, Stamp, stamps

MOST_KEPT = 20_000
FOR = 15.0  # seconds
SignIn = tuple[AuthSession, User]
Kept = tuple[AuthSession, User, Stamp, float]


class RememberedSessions:
    def __init__(self) -> None:
        self._kept: OrderedDict[int, Kept] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, session_id: int, user_id: int) -> SignIn:
        """Return the sign-in and the person; raise as `live_session` does when it has ended."""
        (found,) = self.of_all([(session_id, user_id)])
        if isinstance(found, AppError):
            raise found
        return found

    def of_all(self, wanted: Sequence[tuple[int, int]]) -> list[SignIn | AppError]:
        """As `of` for several pairs of sign-in and person: what is not remembered of all of them is read at once."""
        try:
            read: Sequence[Stamp] = stamps().read(*(name_of(user_id) for _, user_id in wanted))
        except Away:
            checked = _checked(wanted)
            return [checked[pair] for pair in wanted]
        stamped = dict(zip(wanted, read, strict=True))
        found = {pair: self._remembered(*pair, stamp) for pair, stamp in stamped.items()}
        missing = _checked([pair for pair, known in found.items() if known is None])
        for pair, anew in missing.items():
            if isinstance(anew, tuple):
                self._keep(pair[0], (*anew, stamped[pair], time.monotonic() + FOR))
        return [found[pair] or missing[pair] for pair in wanted]

    def _remembered(self, session_id: int, user_id: int, stamp: Stamp) -> SignIn | None:
        with self._lock:
            kept = self._kept.get(session_id)
        if kept is None:
            return None
        session, user, known, until = kept
        holds = user.pk == user_id and known == stamp and until >= time.monotonic() and session.expires_at > clock.now()
        return (session, user) if holds else None

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()

    def _keep(self, session_id: int, kept: Kept) -> None:
        with self._lock:
            self._kept[session_id] = kept
            self._kept.move_to_end(session_id)
            if len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)


def _checked(wanted: Sequence[tuple[int, int]]) -> dict[tuple[int, int], SignIn | AppError]:
    """Ask the database about these pairs of sign-in and person."""
    live = live_sessions({session_id for session_id, _ in wanted}) if wanted else {}
    return {pair: _of(live[pair[0]], pair[1]) for pair in wanted}


def _of(found: SignIn | AppError, user_id: int) -> SignIn | AppError:
    return Unauthenticated("auth.invalid") if isinstance(found, tuple) and found[1].pk != user_id else found


remembered_sessions = RememberedSessions()
