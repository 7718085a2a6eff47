"""What sockets missed: those that ask at the same time share the queries, and what they missed alike is encoded once.

Worth, measured with people who come back to 20 rooms with 5 new messages each: see docs/performance.md, storm.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec

from accounts.services.remembered import remembered_sessions
from core.wire import encode
from messaging.serializers import ChangesOut
from messaging.services.history import Behind, changes_in_all
from realtime.sockets import Socket

MOST_BYTES = 512 * 1024  # of one answer


class Missed(NamedTuple):
    """The rooms of the socket's person, and where they know them: {room: (epoch, rev)}."""

    socket: Socket
    cursors: Mapping[int, tuple[str | None, int]]


def all_synced(lot: Sequence[Missed]) -> list[dict[int, msgspec.Raw] | Exception]:
    """Return for each, by room, what changed, encoded; or the refusal when its sign-in has ended."""
    people = remembered_sessions.of_all([(each.socket.session.pk, each.socket.user.pk) for each in lot])
    behind: dict[int, Behind] = {}
    for place, (each, found) in enumerate(zip(lot, people, strict=True)):
        if isinstance(found, tuple):
            each.socket.session, each.socket.user = found
            behind[place] = Behind(each.socket.user, each.cursors)
    changed = dict(zip(behind, changes_in_all(list(behind.values()), MOST_BYTES), strict=True))
    alike = _Alike()
    return [
        found
        if isinstance(found, Exception)
        else {pk: alike.encoded(changes) for pk, changes in changed[place].items()}
        for place, found in enumerate(people)
    ]


class _Alike:
    """Encodes what several readers share once; only `membership` is each one's own."""

    def __init__(self) -> None:
        self._parts: dict[int, tuple[bytes, bytes]] = {}

    def encoded(self, changes: ChangesOut) -> msgspec.Raw:
        """As `encode(changes)`. What is shared is told by its list of messages, which is the same object for all."""
        if changes.membership is None:
            return msgspec.Raw(encode(changes))
        key = id(changes.messages)
        if key not in self._parts:
            shared = encode(msgspec.structs.replace(changes, membership=None))
            # No text within can look like this: its quotes would be escaped.
            before, _, after = shared.rpartition(b'"membership":null')
            self._parts[key] = before + b'"membership":', after
        before, after = self._parts[key]
        return msgspec.Raw(before + encode(changes.membership) + after)
