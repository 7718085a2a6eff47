"""Django behind one hop: a request is answered, as a whole, on one thread of a small pool that lives as long as the process.

Django's own handler hops between the event loop and a thread that is new for every request, with a new connection to the
database, at each border between what is written for a loop and what is not: nothing here is.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

import django
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.handlers.base import BaseHandler
from django.urls import set_script_prefix

THREADS = 16


def django_application() -> Edge:
    """Set Django up and return what answers its requests."""
    django.setup(set_prefix=False)
    return Edge()


class Edge(ASGIHandler):
    """As Django's handler, with the same answers. A client that goes away does not end what it has begun, as before."""

    def __init__(self) -> None:
        BaseHandler.__init__(self)
        self.load_middleware()  # for threads, not for the loop
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="request")

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        loop = asyncio.get_running_loop()
        response = await loop.run_in_executor(self._pool, self._answered, scope, body)
        try:
            await self.send_response(response, send)
        finally:
            if response.streaming:
                await loop.run_in_executor(self._pool, response.close)

    async def read_body(self, receive: Any) -> Any:
        """Return the body as a file. What came in one piece, as nearly all do, needs none that could roll over to a disk."""
        first = await receive()
        if first["type"] == "http.request" and not first.get("more_body", False):
            return BytesIO(first.get("body", b""))
        waiting = [first]

        async def again() -> Any:
            return waiting.pop() if waiting else await receive()

        return await super().read_body(again)

    def _answered(self, scope: Any, body: Any) -> Any:
        # `request_started` is not sent: what there is to hear it, Django's own, has been done at the end of the one before.
        set_script_prefix(get_script_prefix(scope))
        request, refusal = self.create_request(scope, body)
        response: Any = refusal if request is None else self.get_response(request)
        response._handler_class = type(self)  # the sender of `request_finished`
        if not response.streaming:  # its content is there: what the thread used is given back at once
            response.close()
        return response
