"""A socket client for tests inside the process: speaks the protocol, keeps what it hears."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Callable
from itertools import count
from typing import Any

from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.db import connection

from accounts.models import User
from accounts.services.sessions import open_session
from realtime import tickets
from realtime.consumer import ChatConsumer

HEADERS = [(b"host", b"localhost"), (b"origin", b"http://localhost")]
Frame = dict[str, Any]


async def off_loop(call: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
    """Run database work on a thread, as the product does."""

    def run() -> Any:
        try:
            return call(*args, **kwargs)
        finally:
            connection.close()

    return await sync_to_async(run, thread_sensitive=False)()


class Chat:
    """An open socket of one person. `heard` holds every event since `ready`, in order."""

    def __init__(self, user: User | None = None) -> None:
        self.user = user
        self.wire = WebsocketCommunicator(ChatConsumer.as_asgi(), "/ws", headers=HEADERS)
        self.heard: list[Frame] = []
        self.ready: Frame = {}
        self.session_id = 0
        self._refs = count(1)
        self._waiting: list[Frame] = []

    async def open(self) -> Chat:
        """Sign in with a ticket and wait for `ready`."""
        assert self.user is not None
        await self.connect()
        signed_in = await off_loop(open_session, user=self.user)
        self.session_id = signed_in.session.pk
        await self.send({"type": "auth", "ref": 0, "ticket": tickets.issue(self.session_id, self.user.pk)})
        self.ready = await self.next_frame()
        assert self.ready["type"] == "ready", self.ready
        return self

    async def connect(self) -> Frame:
        connected, _ = await self.wire.connect(timeout=5)
        assert connected
        return await self.next_frame()

    async def send(self, frame: Any) -> None:
        await self.wire.send_to(text_data=frame if isinstance(frame, str) else json.dumps(frame))

    async def next_frame(self, timeout: float = 5) -> Frame:  # noqa: ASYNC109
        if not self._waiting:
            output = await self.wire.receive_output(timeout)
            assert output["type"] == "websocket.send", output
            frames = json.loads(output["text"])
            self._waiting = frames if isinstance(frames, list) else [frames]
        return self._waiting.pop(0)

    async def ask(self, kind: str, **fields: Any) -> Frame:
        """Send a command and return its answer; events that come first are kept in `heard`."""
        ref = next(self._refs)
        await self.send({"type": kind, "ref": ref, **fields})
        while True:
            frame = await self.next_frame()
            if frame["type"] in ("ack", "error"):
                assert frame["ref"] == ref, frame
                return frame
            self.heard.append(frame)

    async def say(self, room_id: int, text: str, **fields: Any) -> Frame:
        answer = await self.ask("message.send", room_id=str(room_id), client_id=str(uuid.uuid4()), text=text, **fields)
        assert answer["type"] == "ack", answer
        message: Frame = answer["data"]["message"]
        return message

    async def hear(self, kind: str, timeout: float = 5, **expected: Any) -> Frame:  # noqa: ASYNC109
        """Return the next event of this kind with these fields, heard already or yet to come."""
        while True:
            for event in self.heard:
                if event["type"] == kind and all(event.get(name) == value for name, value in expected.items()):
                    self.heard.remove(event)
                    return event
            self.heard.append(await self.next_frame(timeout))

    async def quiet(self) -> list[Frame]:
        """Make sure that everything sent so far has arrived, and return what was heard."""
        await self.settle()
        heard, self.heard = self.heard, []
        return heard

    async def settle(self) -> None:
        """Wait until everything sent so far has been heard."""
        await self.ask("ping")
        await asyncio.sleep(0.05)
        await self.ask("ping")

    async def closed(self, timeout: float = 5) -> int:  # noqa: ASYNC109
        """Wait for the server to close the socket; return the code."""
        while True:
            output = await self.wire.receive_output(timeout)
            if output["type"] == "websocket.close":
                return int(output["code"])
            frames = json.loads(output["text"])
            self.heard += frames if isinstance(frames, list) else [frames]

    async def close(self) -> None:
        await self.wire.disconnect()
