"""An end for conversations with servers that are not ours."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def cut_after(seconds: float, reached: socket.socket) -> Iterator[None]:
    """Cut the connection if the block takes longer; what waits for it then fails with `OSError` or finds its end.

    Time limits of sockets begin anew with every byte: who sends one now and then would never come to an end.
    """
    watch = threading.Timer(seconds, _cut, [reached])
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()


def _cut(reached: socket.socket) -> None:
    with suppress(OSError):  # it has just ended by itself
        reached.shutdown(socket.SHUT_RDWR)
