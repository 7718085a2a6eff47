"""A native client for tests against real servers: signs in over REST, holds a socket, resumes by itself when told to."""

from __future__ import annotations

import asyncio
import json
import uuid
from inspect import isawaitable
from itertools import count
from typing import Any, Protocol

import httpx
import websockets

from tests.realtime.state import RoomState

Frame = dict[str, Any]
PASSWORD = "correct horse battery"


class Address(Protocol):
    """Where people go in: a server, or a proxy in front of several."""

    url: str
    port: int


class Person:
    """Somebody with a socket. `rooms` holds what they know, kept as the protocol tells clients to."""

    def __init__(self, server: Address, username: str) -> None:
        self.server, self.username = server, username
        self.rooms: dict[str, RoomState] = {}
        self.events: list[Frame] = []
        self.access = self.id = ""
        self.close_code: int | None = None
        self._socket: websockets.ClientConnection | None = None
        self._answers: dict[int, asyncio.Future[Frame]] = {}
        self._refs = count(1)
        self._reader: asyncio.Task[None] | None = None
        self._ready: asyncio.Future[Frame] | None = None

    async def rest(self, method: str, path: str, body: Any = None) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.access}"} if self.access else {}
        async with httpx.AsyncClient(base_url=f"{self.server.url}/api/v1", timeout=30) as http:
            return await http.request(method, path, json=body, headers=headers)

    async def register(self) -> Person:
        body = {"username": self.username, "email": f"{self.username}@example.org", "password": PASSWORD}
        answer = await self.rest("POST", "/auth/register", body)
        assert answer.status_code == 201, answer.text
        self.access, self.id = answer.json()["access"], answer.json()["user"]["id"]
        return self

    async def connect(self, server: Address | None = None) -> Frame:
        """Open a socket, here or at another server, and catch up with what was missed."""
        self.server = server or self.server
        self._socket = await websockets.connect(f"ws://127.0.0.1:{self.server.port}/ws", max_size=None)
        self.close_code = None
        self._ready = asyncio.get_running_loop().create_future()
        self._reader = asyncio.ensure_future(self._read(self._socket))
        await self._send({"type": "auth", "ref": 0, "token": self.access})
        ready = await asyncio.wait_for(self._ready, 20)
        for entry in ready["rooms"]:
            self.rooms.setdefault(entry["room"]["id"], RoomState(epoch=entry["room"]["epoch"]))
        await self.catch_up(*self.rooms)
        return ready

    async def catch_up(self, *room_ids: str) -> None:
        if room_ids:
            cursors = {room: {"epoch": self.rooms[room].epoch, "rev": self.rooms[room].rev} for room in room_ids}
            answer = await self.ask("sync", rooms=cursors)
            for room, changes in answer["data"]["rooms"].items():
                if changes["mode"] != "gone":
                    self.rooms[room].take(changes)

    async def ask(self, kind: str, timeout: float = 20, **fields: Any) -> Frame:  # noqa: ASYNC109
        ref = next(self._refs)
        self._answers[ref] = asyncio.get_running_loop().create_future()
        await self._send({"type": kind, "ref": ref, **fields})
        return await asyncio.wait_for(self._answers[ref], timeout)

    async def say(self, room: str, text: str, client_id: str | None = None) -> Frame:
        return await self.ask("message.send", room_id=room, client_id=client_id or str(uuid.uuid4()), text=text)

    async def close(self) -> None:
        if self._socket is not None:
            await self._socket.close()
        if self._reader is not None:
            await asyncio.wait([self._reader], timeout=5)

    async def _send(self, frame: Frame) -> None:
        assert self._socket is not None
        try:
            await self._socket.send(json.dumps(frame))
        except websockets.ConnectionClosed as end:
            raise ConnectionError(f"closed: {end}") from None

    async def _read(self, socket: websockets.ClientConnection) -> None:
        try:
            async for raw in socket:
                frames = json.loads(raw)
                for frame in frames if isinstance(frames, list) else [frames]:
                    self._take(frame)
        except websockets.ConnectionClosed:
            pass
        self.close_code = socket.close_code
        for waiting in [*self._answers.values(), self._ready]:
            if waiting is not None and not waiting.done():
                waiting.set_exception(ConnectionError(f"closed with {self.close_code}"))
                waiting.exception()

    def _take(self, frame: Frame) -> None:
        if frame["type"] == "ready" and self._ready is not None:
            self._ready.set_result(frame)
        elif frame["type"] in ("ack", "error"):
            waiting = self._answers.pop(frame["ref"], None)
            if waiting is not None and not waiting.done():
                waiting.set_result(frame)
        else:
            self._event(frame)

    def _event(self, event: Frame) -> None:
        self.events.append(event)
        if event["type"] == "room.added":
            room = event["entry"]["room"]
            self.rooms.setdefault(room["id"], RoomState(rev=room["rev"], epoch=room["epoch"]))
        state = self.rooms.get(event.get("room_id", ""))
        if state is not None and ("rev" in event or event["type"] == "room.changes"):
            state.apply(event)

    def texts(self, room: str) -> list[str]:
        """Return what stands in the room, in order."""
        return [m["text"] for m in sorted(self.rooms[room].messages.values(), key=lambda message: message["seq"])]


async def until(true: Any, within: float = 15) -> None:
    """Wait until `true()` is, or what it returns to be awaited is.

    A deadline keeps a broken test from hanging, it is not what is tested.
    """
    give_up = asyncio.get_running_loop().time() + within
    while not (await found if isawaitable(found := true()) else found):
        assert asyncio.get_running_loop().time() < give_up, "it did not come true"
        await asyncio.sleep(0.02)
