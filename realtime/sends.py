"""The messages of this process's sockets that are kept together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from accounts.services.remembered import remembered_sessions
from messaging.services.sending_together import Outcome, Wish, send_together
from realtime.sockets import Socket


class SocketsWish(NamedTuple):
    """A message of the socket's person, whoever they are by the time it is sent."""

    socket: Socket
    room_id: int
    client_id: str
    text: str
    address: str


def send_all(lot: Sequence[SocketsWish]) -> list[Outcome]:
    """Send them in their order; return the outcome of each."""
    outcomes: dict[int, Outcome] = {}
    wishes: dict[int, Wish] = {}
    people = remembered_sessions.of_all([(each.socket.session.pk, each.socket.user.pk) for each in lot])
    for place, (wanted, found) in enumerate(zip(lot, people, strict=True)):
        if isinstance(found, Exception):
            outcomes[place] = found
        else:
            wanted.socket.session, wanted.socket.user = found
            wishes[place] = Wish(wanted.socket.user, *wanted[1:])
    outcomes |= zip(wishes, send_together(list(wishes.values())), strict=True)
    return [outcomes[place] for place in range(len(lot))]


def as_of_now(socket: Socket) -> None:
    """See the person as they are now: renamed, given a role, signed out. Costs no query while nothing has changed."""
    socket.session, socket.user = remembered_sessions.of(socket.session.pk, socket.user.pk)
