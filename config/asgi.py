"""The ASGI application: pages and REST by Django, `/ws` by the consumer, the hub with the server's life."""

from __future__ import annotations

import asyncio
import os
from contextlib import ExitStack
from typing import Any

from config.edge import django_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
edge = django_application()  # sets Django up, which the imports below need

from channels.routing import ProtocolTypeRouter  # noqa: E402

from config.assets import StaticFiles  # noqa: E402
from config.collecting import collect_seldom  # noqa: E402
from config.composed import compose  # noqa: E402
from config.jobs import beside_the_server  # noqa: E402
from core.storage.chosen import store  # noqa: E402
from core.storage.media import Media  # noqa: E402
from realtime.consumer import ChatConsumer  # noqa: E402
from realtime.running import running, stop  # noqa: E402

compose()


async def sockets(scope: Any, receive: Any, send: Any) -> None:
    """Serve `/ws`; refuse sockets anywhere else."""
    if scope["path"] != "/ws":
        await receive()
        await send({"type": "websocket.close", "code": 4404})
        return
    await ChatConsumer()(scope, receive, send)


async def lifespan(scope: Any, receive: Any, send: Any) -> None:
    """Start the hub before the first request, so that this process also hears the others without a socket of its own;
    and the threads that do background jobs."""
    await receive()
    running()
    jobs = ExitStack()
    jobs.enter_context(beside_the_server())
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await asyncio.to_thread(jobs.close)  # a running job may still tell the hub what it did
    await stop()
    await send({"type": "lifespan.shutdown.complete"})


application = ProtocolTypeRouter(
    {"http": StaticFiles(Media(edge, store())), "websocket": sockets, "lifespan": lifespan}
)
collect_seldom()
