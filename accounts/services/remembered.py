"""Sign-ins this process has just checked: an authenticated call then costs no query.

An entry counts while the person's stamp is what it was when it was read; nothing acknowledged (a sign-out, a suspension, a
new role) is overlooked. After 15 seconds it is read again in any case, in case Redis lost the stamps.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict

from accounts.models import AuthSession, User
from accounts.services.sessions import live_session
from accounts.services.stamping import name_of
from core import clock
from core.errors import Unauthenticated
from core.stamps import Away, Stamp, stamps

MOST_KEPT = 20_000
FOR = 15.0  # seconds
Kept = tuple[AuthSession, User, Stamp, float]


class RememberedSessions:
    def __init__(self) -> None:
        self._kept: OrderedDict[int, Kept] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, session_id: int, user_id: int) -> tuple[AuthSession, User]:
        """Return the sign-in and the person; raise as `live_session` does when it has ended."""
        try:
            (stamp,) = stamps().read(name_of(user_id))
        except Away:
            return self._checked(session_id, user_id)
        with self._lock:
            kept = self._kept.get(session_id)
        if kept is None or kept[2] != stamp or kept[3] < time.monotonic() or kept[0].expires_at <= clock.now():
            session, user = self._checked(session_id, user_id)
            self._keep(session_id, (session, user, stamp, time.monotonic() + FOR))
            return session, user
        return kept[0], kept[1]

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()

    def _checked(self, session_id: int, user_id: int) -> tuple[AuthSession, User]:
        session, user = live_session(session_id)
        if user.pk != user_id:
            raise Unauthenticated("auth.invalid")
        return session, user

    def _keep(self, session_id: int, kept: Kept) -> None:
        with self._lock:
            self._kept[session_id] = kept
            self._kept.move_to_end(session_id)
            if len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)


remembered_sessions = RememberedSessions()
