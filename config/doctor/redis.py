"""Redis of REDIS_URL: reachable, new enough, and does what is said on one end come out at the other?"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from typing import Any

import redis
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from config.doctor.finding import Finding, drift, ok, problem, warning
from config.reach import first_line, reach_redis

LEAST = (6, 2)
SLOW = 0.01  # seconds


def check() -> Iterator[Finding]:
    if not settings.REDIS_URLS:
        yield ok("not configured: one process does without")
        return
    try:
        reach_redis()
    except ImproperlyConfigured as error:
        yield problem(
            str(error), "start Redis or set REDIS_URL right; until then messages of other processes come late"
        )
        return
    try:
        for url in settings.REDIS_URLS:
            with redis.Redis.from_url(url, socket_connect_timeout=1, socket_timeout=2) as client:
                yield from _look(client)
    except redis.RedisError as error:
        yield problem(
            f"REDIS_URL: {first_line(error)}", "give this user the commands of pub/sub, strings, hashes and scripts"
        )


def _look(client: Any) -> Iterator[Finding]:
    version = str(client.info("server")["redis_version"])
    if tuple(int(part) for part in version.split(".")[:2]) < LEAST:
        yield problem(f"Redis {version} is too old", "use Redis 6.2 or newer")
    else:
        yield ok(f"Redis {version}")
    started = time.perf_counter()
    client.ping()
    taken = time.perf_counter() - started
    says = f"it answers in {taken * 1000:.2f} ms"
    yield ok(says) if taken < SLOW else warning(says, "bring Redis nearer to the server")
    policy = str(client.info("memory").get("maxmemory_policy", "noeviction"))
    if policy.startswith("allkeys"):
        yield warning(
            f"it may throw away jobs that wait ({policy})",
            "set maxmemory-policy to volatile-lru or noeviction in Redis",
        )
    yield _round_trip(client)
    seconds, microseconds = client.time()
    yield drift(time.time() - seconds - microseconds / 1e6, "Redis")


def _round_trip(client: Any) -> Finding:
    channel, word = f"{settings.REDIS_PREFIX}:doctor", secrets.token_hex(8)
    with client.pubsub(ignore_subscribe_messages=True) as listener:
        listener.subscribe(channel)
        listener.get_message(timeout=1)  # that it has subscribed
        client.publish(channel, word)
        heard = listener.get_message(timeout=1)
    if heard and heard["data"] == word.encode():
        return ok("what is published arrives")
    return problem("what is published does not arrive", "REDIS_URL must not name a replica")
