"""What a server and a worker do first: call everything that is configured, and bring the databases up to date."""

from __future__ import annotations

import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from config.migrating import bring_up_to_date
from config.reach import reach_database, reach_redis
from core.storage.chosen import store


def get_ready() -> None:
    """Raise `ImproperlyConfigured` with the variable to look at when this process could not work."""
    for alias in settings.DATABASES:
        reach_database(alias)
    store().check()
    warn_of_redis()
    bring_up_to_date()


def warn_of_redis() -> None:
    """Redis only makes things faster: its absence is told, and the start goes on."""
    try:
        reach_redis()
    except ImproperlyConfigured as error:
        sys.stderr.write(f"ChatFlow starts without Redis and is slower until it answers. {error}\n")
