"""`REDIS_URL` -> what processes tell and share with each other; without it there is one, which keeps to itself."""

from __future__ import annotations

from typing import Any

CONNECT_WITHIN, ANSWER_WITHIN = 0.25, 1  # seconds


def channel_layers(urls: list[str], prefix: str) -> dict[str, dict[str, Any]]:
    """Return the layer that carries events between processes; in one the hub delivers them itself (docs/decisions/0002)."""
    if not urls:
        return {}
    hosts = [
        {"address": url, "socket_connect_timeout": CONNECT_WITHIN, "socket_timeout": ANSWER_WITHIN} for url in urls
    ]
    kind = "channels_redis.pubsub.RedisPubSubChannelLayer"
    return {"default": {"BACKEND": kind, "CONFIG": {"hosts": hosts, "prefix": prefix}}}


def caches(url: str, prefix: str) -> dict[str, dict[str, Any]]:
    if not url:
        return {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    return {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": url,
            "KEY_PREFIX": prefix,
            "OPTIONS": {"socket_connect_timeout": CONNECT_WITHIN, "socket_timeout": ANSWER_WITHIN},
        }
    }
