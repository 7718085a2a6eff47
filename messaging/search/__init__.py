"""Finding messages by their words. One implementation per engine, one contract suite (docs/decisions/0005)."""

from django.conf import settings
from django.db import connection

from messaging.search.wanted import PINNED, Entry, Wanted

if settings.DEFAULT_DB_IS_MONGO:
    from messaging.search.mongo import absent, advance, clear, find, forget, kept, make, progress, put
elif connection.vendor == "postgresql":
    from messaging.search.postgres import absent, find, make, put
    from messaging.search.sql import advance, clear, forget, kept, progress
else:
    from messaging.search.sql import advance, forget, kept, progress
    from messaging.search.sqlite import absent, clear, find, make, put

__all__ = [
    "PINNED",
    "Entry",
    "Wanted",
    "absent",
    "advance",
    "clear",
    "find",
    "forget",
    "kept",
    "make",
    "progress",
    "put",
]
