"""Who uses ChatFlow at this moment, for the worker threads: presence is kept by the event loop of a server, or in Redis."""

from __future__ import annotations

import time
from collections.abc import Collection
from functools import cache

import redis
from django.conf import settings

from realtime.presence import MemoryStore, parsed, presence_key, status_of
from realtime.running import all_running


def active_among(user_ids: Collection[int]) -> set[int] | None:
    """Return those who have a window in front of them, or had until 15 s ago; None where this process cannot know."""
    if settings.REDIS_URL:
        return _in_redis(list(user_ids))
    stores = [found.presence.store for found in all_running()]
    memories = [store for store in stores if isinstance(store, MemoryStore)]
    if not memories:
        return None
    return {user_id for user_id in user_ids if any(memory.status(user_id) == "online" for memory in memories)}


def _in_redis(user_ids: list[int]) -> set[int] | None:
    now = time.time()
    try:
        with _redis().pipeline(transaction=False) as pipe:
            for user_id in user_ids:
                pipe.hgetall(presence_key(settings.REDIS_PREFIX, user_id))
            found = pipe.execute()
    except redis.RedisError:
        return None
    statuses = zip(user_ids, (status_of(parsed(kept), now) for kept in found), strict=True)
    return {user_id for user_id, status in statuses if status == "online"}


@cache
def _redis() -> redis.Redis:
    return redis.Redis.from_url(
        settings.REDIS_URL, decode_responses=True, socket_connect_timeout=0.25, socket_timeout=1
    )
