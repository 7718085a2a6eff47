"""Who is here. Kept with an expiry, in this process or in Redis; never in the database."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Iterable
from typing import Literal, Protocol

import redis.asyncio as aioredis
from django.conf import settings

from core.events import Envelope
from core.wire import encode_text
from realtime.hub import Hub
from realtime.relay import TROUBLE
from realtime.sockets import Socket

log = logging.getLogger(__name__)
Status = Literal["online", "idle", "offline"]
TTL = 70.0  # seconds; the heartbeat comes every 25
GRACE = 15.0  # seconds between the last socket's end and "offline": a reload is not an absence
Connections = dict[str, tuple[str, float]]


def status_of(connections: Connections, now: float) -> Status:
    """Return a person's status from all their connections: one that is active makes them online."""
    alive = {status for status, until in connections.values() if until > now}
    return "online" if "online" in alive else "idle" if "idle" in alive else "offline"


class Store(Protocol):
    async def put(self, user_id: int, connection: str, status: str, ttl: float) -> tuple[Status, Status]:
        """Set a connection's status for `ttl` seconds; return the person's status before and after."""

    async def of(self, user_ids: Iterable[int]) -> dict[int, Status]:
        """Return the status of those who are not offline."""

    async def close(self) -> None:
        """Let go of connections."""


class MemoryStore:
    def __init__(self) -> None:
        self._people: defaultdict[int, Connections] = defaultdict(dict)

    async def put(self, user_id: int, connection: str, status: str, ttl: float) -> tuple[Status, Status]:
        now, mine = time.time(), self._people[user_id]
        before = status_of(mine, now)
        mine[connection] = (status, now + ttl)
        self._people[user_id] = {name: kept for name, kept in mine.items() if kept[1] > now}
        if not self._people[user_id]:
            del self._people[user_id]
        return before, status_of(self._people.get(user_id, {}), now)

    async def of(self, user_ids: Iterable[int]) -> dict[int, Status]:
        found = {user_id: self.status(user_id) for user_id in user_ids}
        return {user_id: status for user_id, status in found.items() if status != "offline"}

    def status(self, user_id: int) -> Status:
        """Return the person's status; from any thread."""
        return status_of(dict(self._people.get(user_id, {})), time.time())

    async def close(self) -> None:
        self._people.clear()


class RedisStore:
    """Shared by all processes: a hash per person, one field per connection. With Redis away, this process's own view."""

    def __init__(self, url: str, prefix: str) -> None:
        self._redis = aioredis.Redis.from_url(url, decode_responses=True, socket_connect_timeout=0.25, socket_timeout=1)
        self._prefix = prefix
        self._local = MemoryStore()

    async def put(self, user_id: int, connection: str, status: str, ttl: float) -> tuple[Status, Status]:
        local = await self._local.put(user_id, connection, status, ttl)
        now, key = time.time(), presence_key(self._prefix, user_id)
        try:
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.hgetall(key)
                pipe.hset(key, connection, f"{status}:{now + ttl}")
                pipe.expire(key, int(TTL) + 1)
                kept, *_ = await pipe.execute()
        except TROUBLE:
            return local
        connections = parsed(kept)
        before = status_of(connections, now)
        connections[connection] = (status, now + ttl)
        return before, status_of(connections, now)

    async def of(self, user_ids: Iterable[int]) -> dict[int, Status]:
        ids, now = list(user_ids), time.time()
        try:
            async with self._redis.pipeline(transaction=False) as pipe:
                for user_id in ids:
                    pipe.hgetall(presence_key(self._prefix, user_id))
                found = await pipe.execute() if ids else []
        except TROUBLE:
            return await self._local.of(ids)
        statuses = {user_id: status_of(parsed(kept), now) for user_id, kept in zip(ids, found, strict=True)}
        return {user_id: status for user_id, status in statuses.items() if status != "offline"}

    async def close(self) -> None:
        await self._redis.aclose()


def presence_key(prefix: str, user_id: int) -> str:
    return f"{prefix}:presence:{user_id}"


def parsed(kept: dict[str, str]) -> Connections:
    parts = {name: value.rpartition(":") for name, value in kept.items()}
    return {name: (status, float(until)) for name, (status, _, until) in parts.items()}


class Presence:
    """Tells the people who share a room with somebody when they come, idle and go."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.store: Store = (
            RedisStore(settings.REDIS_URL, settings.REDIS_PREFIX) if settings.REDIS_URL else MemoryStore()
        )

    async def show(self, socket: Socket, status: str) -> None:
        """Keep the socket's status alive; tell others if that changes the person's."""
        socket.status = status
        before, after = await self.store.put(socket.user.pk, self._name(socket), status, TTL)
        if before != after:
            self._publish(socket, after)

    async def leave(self, socket: Socket) -> None:
        """The socket has closed: after a grace, tell others unless the person is still here some other way."""
        rooms = frozenset(socket.rooms)
        await self.store.put(socket.user.pk, self._name(socket), socket.status, GRACE)
        self.hub.spawn(self._after_grace(socket, rooms))

    async def _after_grace(self, socket: Socket, rooms: frozenset[int]) -> None:
        await asyncio.sleep(GRACE + 0.2)
        left = await self.store.of([socket.user.pk])
        status: Status = left.get(socket.user.pk, "offline")
        if status != socket.status:
            socket.rooms |= rooms
            self._publish(socket, status)

    async def of(self, user_ids: Iterable[int]) -> dict[str, Status]:
        return {str(user_id): status for user_id, status in (await self.store.of(user_ids)).items()}

    def _name(self, socket: Socket) -> str:
        return f"{self.hub.id}.{socket.number}"

    def _publish(self, socket: Socket, status: Status) -> None:
        event = {"type": "presence.changed", "user_id": str(socket.user.pk), "status": status}
        rooms = [room_id for room_id in socket.rooms if room_id not in socket.crowded]
        if rooms:
            self.hub.submit(Envelope("presence", encode_text(event), rooms=rooms, droppable=True))
