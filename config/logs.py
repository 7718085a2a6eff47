"""Logs: a line for each, to stderr; no bodies, tokens or addresses of rooms in them."""

from __future__ import annotations

from typing import Any

from config import env

SELDOM = {
    "jobs": (
        [
            "Error reading from queue",
            "Error reading schedule.",
            "Error enqueueing %s.",
            "Error enqueueing periodic task %s.",
        ],
        "the queue of jobs is away; looking again",
    ),
    "layer": (
        ["Unexpected exception in receive task"],
        "Redis is away: events of other processes are found in the database",
    ),
}
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


def logging_setting() -> dict[str, Any]:
    """Return Django's `LOGGING`; `LOG_LEVEL` chooses how much of it is written."""
    level = env.one_of("LOG_LEVEL", env.text("LOG_LEVEL", "INFO").upper(), LEVELS)
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
        "filters": {
            name: {"()": "core.seldom.Seldom", "lines": lines, "says": says} for name, (lines, says) in SELDOM.items()
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django.request": {"level": "ERROR"},
            "django.security.DisallowedHost": {"level": "CRITICAL"},  # anybody can send one; the answer is 400
            "django.channels.server": {"level": "WARNING"},
            "uvicorn": {"level": "WARNING"},
            "uvicorn.access": {"level": "WARNING"},
            "huey": {"level": "WARNING"},
            "huey.consumer.Worker": {"filters": ["jobs"]},
            "huey.consumer.Scheduler": {"filters": ["jobs"]},
            "channels_redis.pubsub": {"filters": ["layer"]},
        },
    }
