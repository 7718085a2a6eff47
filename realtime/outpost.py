"""A process without sockets of its own (a worker): its events leave for the servers, over the channel layer."""

from __future__ import annotations

import asyncio
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from channels.layers import BaseChannelLayer, get_channel_layer

from core.events import Envelope, set_transport
from realtime.relay import Relay

STOP_WITHIN = 5.0  # seconds


@contextmanager
def outpost() -> Iterator[None]:
    """Send this process's events while the block runs. Without Redis the servers' sweep finds the changes."""
    layer = get_channel_layer()
    if layer is None:
        yield
        return
    sender = _Sender(layer)
    before = set_transport(sender.send)
    try:
        yield
    finally:
        set_transport(before)
        sender.stop()


class _Sender:
    """A relay on an event loop of its own; what it hears is for nobody here."""

    def __init__(self, layer: BaseChannelLayer) -> None:
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="chatflow-outpost", daemon=True).start()
        self._relay = asyncio.run_coroutine_threadsafe(self._make(layer), self._loop).result()

    async def _make(self, layer: BaseChannelLayer) -> Relay:
        return Relay(layer, secrets.token_hex(8), _unheard)

    def send(self, envelope: Envelope) -> None:
        self._loop.call_soon_threadsafe(self._relay.pass_on, envelope)

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self._relay.stop(), self._loop).result(STOP_WITHIN)
        self._loop.call_soon_threadsafe(self._loop.stop)


def _unheard(envelopes: list[Envelope]) -> None:
    """Nobody listens in a worker."""
