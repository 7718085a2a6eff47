"""The hot operations on messages, below the ORM's objects. One implementation per kind of engine, one contract suite."""

from django.conf import settings

from messaging.store.rows import NewMessage, Row

if settings.DEFAULT_DB_IS_MONGO:
    from messaging.store.mongo import (
        append,
        append_all,
        changed_since,
        count_unread,
        find_sent,
        many,
        mentions_of_all,
        mentions_since,
        newer,
        newest,
        older,
        one,
        some,
        unread_of_all,
    )
else:
    from messaging.store.sql import (
        append,
        append_all,
        changed_since,
        count_unread,
        find_sent,
        many,
        mentions_of_all,
        mentions_since,
        newer,
        newest,
        older,
        one,
        some,
        unread_of_all,
    )

__all__ = [
    "NewMessage",
    "Row",
    "append",
    "append_all",
    "changed_since",
    "count_unread",
    "find_sent",
    "many",
    "mentions_of_all",
    "mentions_since",
    "newer",
    "newest",
    "older",
    "one",
    "some",
    "unread_of_all",
]
