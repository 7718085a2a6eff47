"""The one consumer of a socket: hello, auth, ready, then commands one after the other; events go around it."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any

from channels.consumer import AsyncConsumer
from django.conf import settings

from accounts.services.sessions import live_session
from accounts.tokens import read_access
from core import metrics
from core.api import as_refusal
from core.callers import address_of
from core.errors import AppError, Invalid, RateLimited
from core.parsing import parse
from core.wire import encode_text, validated
from realtime import tickets
from realtime.close import PROTOCOL, RESTART, SESSION, SUSPENDED, TOO_FAST
from realtime.commands import COMMANDS, Auth, Context
from realtime.frames import Frame
from realtime.origin import is_welcome
from realtime.running import running
from realtime.sinks import sink_for
from realtime.snapshot import ReadyOut, ready_for
from realtime.sockets import Socket
from rooms.services.access import room_ids_of

log = logging.getLogger(__name__)
AUTH_WITHIN = 5.0  # seconds
HEARTBEAT = 25  # seconds
MOST_FRAME = 128 * 1024  # bytes; 8,000 characters outside the BMP, all escaped, are 96,000
MOST_FRAME_BEFORE_AUTH = 4 * 1024
PER_SECOND, BURST = 5.0, 40.0  # commands
MOST_OFFENCES = 20  # malformed or too fast in a row before the socket is closed
LIMITS = {"frame_bytes": MOST_FRAME, "text": 8000, "commands_per_second": PER_SECOND, "burst": BURST}


class ChatConsumer(AsyncConsumer):
    """Commands are taken one at a time, so a client's own order is kept; a slow one never holds up its live events."""

    socket: Socket | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.scope, self.receive, self.send_raw = scope, receive, send
        self.running = running()
        self.offences, self.tokens, self.filled_at = 0, BURST, time.monotonic()
        await receive()  # websocket.connect
        if not is_welcome(scope):
            await send({"type": "websocket.close", "code": 4403})
            return
        await send({"type": "websocket.accept"})
        try:
            await self._say({"type": "hello", "protocol": 1, "heartbeat": HEARTBEAT, "limits": LIMITS})
            socket = await self._enter()
            if socket is not None:
                await self._serve(socket)
        except _Closed as end:
            if end.code == RESTART:
                await self._say_goodbye()
        except OSError:
            pass  # the peer went; there is nobody to tell
        finally:
            await self._leave()

    # --- Before `ready` ---

    async def _enter(self) -> Socket | None:
        """Take the first frame as `auth`; answer with `ready` or close with the reason."""
        try:
            raw = await asyncio.wait_for(self._next(), AUTH_WITHIN)
        except TimeoutError:
            await self._refuse(PROTOCOL, "no auth in time")
            return None
        ref: Any = None
        try:
            frame = _parsed(raw, MOST_FRAME_BEFORE_AUTH)
            ref = _ref(frame)
            if frame.get("type") != "auth":
                raise AppError("protocol.order")
            return await self._sign_in(validated(Auth, _fields(frame)))
        except Exception as error:  # noqa: BLE001 - whatever it was, the client gets an answer
            refusal = _refusal(error)
            await self._say({"type": "error", "ref": ref, "error": refusal.payload()})
            await self._refuse(_CLOSES.get(refusal.status, PROTOCOL), refusal.code)
            return None

    async def _sign_in(self, auth: Auth) -> Socket:
        """Join first and read then: what happens in between arrives as events after `ready`."""
        hub = self.running.hub
        session, user = await hub.db(_signed_in, auth)
        socket = Socket(sink_for(self.scope, self.send_raw), user, session)
        self.socket = socket
        await hub.subscribe([hub.enter(socket)])
        await hub.join_rooms(socket, await hub.db(room_ids_of, user.pk))
        ready: ReadyOut = await hub.db(ready_for, socket)
        hub.keep(socket, {int(entry.room.id) for entry in ready.rooms})
        await self.running.presence.show(socket, "online")
        ready.presence = dict(await self.running.presence.of(int(person.id) for person in ready.users))
        socket.release(Frame(encode_text(ready)))
        return socket

    # --- After `ready` ---

    async def _serve(self, socket: Socket) -> None:
        context = Context(socket, self.running.hub, self.running.presence, self.running.sends, address_of(self.scope))
        while True:
            raw = await self._next()
            socket.heard_at = time.monotonic()
            answer, ok = await self._answer(context, raw)
            socket.deliver(Frame(encode_text(answer)))
            if answer["type"] == "error" and answer["error"]["code"] in _ENDS:
                socket.close(_ENDS[answer["error"]["code"]], answer["error"]["code"])
            self.offences = 0 if ok else self.offences + 1
            if self.offences > MOST_OFFENCES:
                fast = answer["error"]["code"] == "rate_limited"
                socket.close(TOO_FAST if fast else PROTOCOL, answer["error"]["code"])

    async def _answer(self, context: Context, raw: Any) -> tuple[dict[str, Any], bool]:
        """Return the answer, and whether the client kept to the protocol and the limits."""
        ref: Any = None
        counted, started = "unknown", time.perf_counter()
        try:
            self._spend()
            frame = _parsed(raw, MOST_FRAME)
            ref = _ref(frame)
            command = COMMANDS.get(kind) if isinstance(kind := frame.get("type"), str) else None
            if command is None:
                raise AppError("protocol.order" if kind == "auth" else "protocol.unknown_type")
            counted = str(kind)
            data = await command(context, validated(command.shape, _fields(frame)))
        except Exception as error:  # noqa: BLE001 - whatever it was, the client gets an answer
            refusal = _refusal(error)
            metrics.answered(counted, refusal.code, started)
            kept = refusal.status not in (400, 429)
            return {"type": "error", "ref": ref, "error": refusal.payload()}, kept
        metrics.answered(counted, "ack", started)
        return {"type": "ack", "ref": ref, "data": data}, True

    def _spend(self) -> None:
        """Take one from the socket's allowance of commands."""
        if not settings.RATE_LIMITS:
            return
        now = time.monotonic()
        self.tokens = min(BURST, self.tokens + (now - self.filled_at) * PER_SECOND)
        self.filled_at = now
        if self.tokens < 1:
            raise RateLimited(retry_after=round((1 - self.tokens) / PER_SECOND + 0.05, 2))
        self.tokens -= 1

    # --- The wire ---

    async def _next(self) -> Any:
        """Return the next frame's text, or its bytes if it is a binary one."""
        message = await self.receive()
        if message["type"] == "websocket.disconnect":
            code = message.get("code", 1005)
            metrics.socket_closed(code)
            raise _Closed(code)
        text = message.get("text")
        return text if text is not None else message.get("bytes")

    async def _say(self, message: dict[str, Any]) -> None:
        await self.send_raw({"type": "websocket.send", "text": encode_text(message)})

    async def _refuse(self, code: int, reason: str) -> None:
        metrics.socket_closed(code)
        await self.send_raw({"type": "websocket.close", "code": code, "reason": reason})

    async def _say_goodbye(self) -> None:
        """The server stops and has taken no more commands; what it took is answered."""
        if self.socket is not None:
            self.socket.close(RESTART, "restart")
        else:
            await self.send_raw({"type": "websocket.close", "code": RESTART, "reason": "restart"})

    async def _leave(self) -> None:
        if self.socket is not None:
            try:
                await self.running.presence.leave(self.socket)
            finally:
                self.running.hub.leave(self.socket)


class _Closed(Exception):
    """The socket has ended, or has to end (`RESTART`)."""

    def __init__(self, code: int) -> None:
        self.code = code


# A sign-in that has ended, found by a command before the news of it came.
_ENDS = {"auth.invalid": SESSION, "user.suspended": SUSPENDED}
_CLOSES = {401: SESSION, 403: SUSPENDED, 503: 1013, 500: 1011}


def _signed_in(auth: Auth) -> tuple[Any, Any]:
    """Return the sign-in and the person behind a ticket or a token."""
    if bool(auth.ticket) == bool(auth.token):
        raise Invalid(fields={"ticket": ["Give a ticket or a token."]})
    session_id = tickets.redeem(auth.ticket) if auth.ticket else read_access(auth.token).session_id
    return live_session(session_id)


def _parsed(raw: Any, most: int) -> dict[str, Any]:
    if not isinstance(raw, str):
        raise AppError("protocol.binary")
    if len(raw) > most:
        raise AppError("too_large")
    frame = parse(raw)
    if not isinstance(frame, dict):
        raise AppError("protocol.json", "A frame is one JSON object.")
    return frame


def _ref(frame: dict[str, Any]) -> int | None:
    ref = frame.get("ref")
    if not isinstance(ref, int) or isinstance(ref, bool):
        raise Invalid(fields={"ref": ["Expected a whole number."]})
    return ref


def _fields(frame: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in frame.items() if name not in ("type", "ref")}


def _refusal(error: Exception) -> AppError:
    """Return what the client is told; our own faults are logged, and nothing of them leaks."""
    refusal = as_refusal(error)
    if refusal.status >= 500:
        log.error("command failed: %s", type(error).__name__, exc_info=error if refusal.status == 500 else None)
    return refusal
