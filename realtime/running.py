"""The hub of this process, made when its event loop first needs it: at start-up, or with the first socket where the
server has no start-up protocol (daphne)."""

from __future__ import annotations

import asyncio
from weakref import WeakKeyDictionary

import msgspec
from channels.layers import get_channel_layer

from messaging.services.sending import Sent
from realtime.arrivals import Arrivals
from realtime.hub import Hub
from realtime.lots import Lots
from realtime.presence import Presence
from realtime.relay import Relay
from realtime.sends import SocketsWish, send_all
from realtime.sweep import Sweeper
from realtime.syncs import Missed, all_synced


class Running:
    """A hub with what belongs to it."""

    def __init__(self) -> None:
        self.hub = Hub(None)
        layer = get_channel_layer()
        if layer is not None:
            self.hub.link = Relay(layer, self.hub.id, self.hub.handle_all)
        self.presence = Presence(self.hub)
        self.sends: Lots[SocketsWish, Sent] = Lots(self.hub.db, self.hub.spawn, send_all)
        self.syncs: Lots[Missed, dict[int, msgspec.Raw]] = Lots(self.hub.db, self.hub.spawn, all_synced)
        self.arrivals = Arrivals(self.hub)
        self.sweeper = Sweeper(self.hub)
        self.hub.spawn(self.sweeper.run())


_running: WeakKeyDictionary[asyncio.AbstractEventLoop, Running] = WeakKeyDictionary()


def running() -> Running:
    """Return what runs on this event loop; start it if nothing does yet."""
    loop = asyncio.get_running_loop()
    if loop not in _running:
        _running[loop] = Running()
    return _running[loop]


def all_running() -> list[Running]:
    """Return what runs in this process; from any thread. One, but for tests."""
    return list(_running.values())


async def stop() -> None:
    found = _running.pop(asyncio.get_running_loop(), None)
    if found is not None:
        await found.hub.stop()
        await found.presence.store.close()
