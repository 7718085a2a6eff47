"""Moderation is tried over sockets, too."""

from tests.realtime.conftest import connect, hub

__all__ = ["connect", "hub"]
