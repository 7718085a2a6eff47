"""Everything a client can ask over the socket: one explicit table. The same services as behind REST, the same refusals."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, cast

import msgspec

from core.api import key
from core.audit import called_from
from core.events import publish, room_topic
from core.wire import In
from messaging.services import changing, pinning, reacting, reading, sending
from messaging.services.sending_together import may_wait
from realtime.hub import Hub
from realtime.lots import Lots
from realtime.presence import Presence
from realtime.sends import SocketsWish, as_of_now
from realtime.shapes import (
    EditMessage,
    Nothing,
    OfMessage,
    OfRoom,
    React,
    ReadTo,
    SendMessage,
    ShowPresence,
    Sync,
)
from realtime.sockets import Socket
from realtime.syncs import Missed
from rooms.models import Membership
from rooms.services.access import load_rights, membership_of


@dataclass(frozen=True, slots=True)
class Context:
    """Who asks, and the process they are connected to."""

    socket: Socket
    hub: Hub
    presence: Presence
    sends: Lots[SocketsWish, sending.Sent]
    syncs: Lots[Missed, dict[int, msgspec.Raw]]
    address: str = ""


@dataclass(frozen=True, slots=True)
class Command:
    """`stored` runs on a worker thread (it may use the database), `live` on the event loop.

    `overlaps` says whether what is wanted may be begun while others that overlap are still under way, in their order.
    """

    shape: type[In]
    stored: Callable[[Context, Any], Any] | None = None
    live: Callable[[Context, Any], Awaitable[Any]] | None = None
    overlaps: Callable[[Any], bool] = lambda wanted: False

    async def __call__(self, context: Context, wanted: In) -> Any:
        if self.live is not None:
            return await self.live(context, wanted)
        return await context.hub.db(self._as_of_now, context, wanted)

    def _as_of_now(self, context: Context, wanted: In) -> Any:
        as_of_now(context.socket)
        with called_from(context.address):
            return self.stored(context, wanted) if self.stored is not None else None


async def sync(context: Context, wanted: Sync) -> dict[str, Any]:
    """Return what changed in these rooms; those that no longer fit into one answer are named in `more`."""
    cursors = {key(room_id): (cursor.epoch, cursor.rev) for room_id, cursor in wanted.rooms.items()}
    found = await context.syncs(Missed(context.socket, cursors))
    answered = {room_id: found[key(room_id)] for room_id in wanted.rooms if key(room_id) in found}
    return {"rooms": answered, "more": [room_id for room_id in wanted.rooms if room_id not in answered]}


def waits(wanted: SendMessage) -> bool:
    return not wanted.files and may_wait(wanted.text, wanted.reply_to)


async def send(context: Context, wanted: SendMessage) -> dict[str, Any]:
    if not waits(wanted):
        return cast(dict[str, Any], await SEND_ALONE(context, wanted))
    room_id, client_id, text = key(wanted.room_id), wanted.client_id, wanted.text
    sent = await context.sends(SocketsWish(context.socket, room_id, client_id, text, context.address))
    return {"message": sent.message}


def send_alone(context: Context, wanted: SendMessage) -> dict[str, Any]:
    reply_to = key(wanted.reply_to) if wanted.reply_to else None
    sent = sending.send_message(
        actor=context.socket.user,
        room_id=key(wanted.room_id),
        client_id=wanted.client_id,
        text=wanted.text,
        reply_to=reply_to,
        file_ids=list(map(key, wanted.files)),
    )
    return {"message": sent.message}


def edit(context: Context, wanted: EditMessage) -> dict[str, Any]:
    message = changing.edit_message(
        actor=context.socket.user,
        message_id=key(wanted.message_id),
        text=wanted.text,
        expected_rev=wanted.expected_rev,
        file_ids=None if wanted.files is None else list(map(key, wanted.files)),
    )
    return {"message": message}


def delete(context: Context, wanted: OfMessage) -> dict[str, Any]:
    return {"message": changing.delete_message(actor=context.socket.user, message_id=key(wanted.message_id))}


def react(context: Context, wanted: React) -> dict[str, Any]:
    message = reacting.add_reaction(actor=context.socket.user, message_id=key(wanted.message_id), emoji=wanted.emoji)
    return {"message": message}


def unreact(context: Context, wanted: React) -> dict[str, Any]:
    message = reacting.remove_reaction(actor=context.socket.user, message_id=key(wanted.message_id), emoji=wanted.emoji)
    return {"message": message}


def remove_previews(context: Context, wanted: OfMessage) -> dict[str, Any]:
    return {"message": changing.remove_previews(actor=context.socket.user, message_id=key(wanted.message_id))}


def pin(context: Context, wanted: OfMessage) -> dict[str, Any]:
    return {"message": pinning.pin_message(actor=context.socket.user, message_id=key(wanted.message_id))}


def unpin(context: Context, wanted: OfMessage) -> dict[str, Any]:
    return {"message": pinning.unpin_message(actor=context.socket.user, message_id=key(wanted.message_id))}


def advance(context: Context, wanted: ReadTo) -> dict[str, Any]:
    own = reading.read_to(actor=context.socket.user, room_id=key(wanted.room_id), seq=wanted.seq)
    return {"membership": own}


def rewind(context: Context, wanted: ReadTo) -> dict[str, Any]:
    own = reading.read_to(actor=context.socket.user, room_id=key(wanted.room_id), seq=wanted.seq, rewind=True)
    return {"membership": own}


def start_typing(context: Context, wanted: OfRoom) -> dict[str, Any]:
    return _typing(context, wanted, "typing.started")


def stop_typing(context: Context, wanted: OfRoom) -> dict[str, Any]:
    return _typing(context, wanted, "typing.stopped")


def _typing(context: Context, wanted: OfRoom, kind: str) -> dict[str, Any]:
    room_id, user_id = key(wanted.room_id), context.socket.user.pk
    load_rights(user_id, room_id).require("type")
    event = {"type": kind, "room_id": str(room_id), "user_id": str(user_id)}
    publish(room_topic(room_id), event, droppable=True)
    return {}


async def show_presence(context: Context, wanted: ShowPresence) -> dict[str, Any]:
    await context.presence.show(context.socket, wanted.status)
    return {}


async def list_presence(context: Context, wanted: OfRoom) -> dict[str, Any]:
    ids = await context.hub.db(_member_ids, context.socket.user.pk, key(wanted.room_id))
    return {"presence": await context.presence.of(ids)}


def _member_ids(user_id: int, room_id: int) -> list[int]:
    membership_of(user_id, room_id)
    return list(Membership.objects.filter(room_id=room_id, left_at=None).values_list("user_id", flat=True)[:5000])


async def ping(context: Context, wanted: Nothing) -> dict[str, Any]:
    """Keep the socket and the presence alive; tell the heads of the rooms that moved since the last ping."""
    socket = context.socket
    topics = [context.hub.topics[room_topic(room_id)] for room_id in socket.rooms]
    moved = {str(topic.room_id): topic.rev for topic in topics if topic.moved_at >= socket.pinged_at and topic.rev}
    socket.pinged_at = socket.heard_at
    await context.presence.show(socket, socket.status)
    return {"heads": moved}


SEND_ALONE = Command(SendMessage, send_alone)
COMMANDS: dict[str, Command] = {
    "sync": Command(Sync, live=sync),
    "message.send": Command(SendMessage, live=send, overlaps=waits),
    "message.edit": Command(EditMessage, edit),
    "message.delete": Command(OfMessage, delete),
    "preview.remove": Command(OfMessage, remove_previews),
    "reaction.add": Command(React, react),
    "reaction.remove": Command(React, unreact),
    "message.pin": Command(OfMessage, pin),
    "message.unpin": Command(OfMessage, unpin),
    "read.advance": Command(ReadTo, advance),
    "read.rewind": Command(ReadTo, rewind),
    "typing.start": Command(OfRoom, start_typing),
    "typing.stop": Command(OfRoom, stop_typing),
    "presence.set": Command(ShowPresence, live=show_presence),
    "presence.list": Command(OfRoom, live=list_presence),
    "ping": Command(Nothing, live=ping),
}
