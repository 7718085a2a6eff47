"""The statements that move a room's counters. One implementation per family of databases."""

from django.conf import settings

from rooms.heads.head import Head

if settings.DEFAULT_DB_IS_MONGO:
    from rooms.heads.mongo import advance, advance_guarded, place_message
else:
    from rooms.heads.sql import advance, advance_guarded, place_message

__all__ = ["Head", "advance", "advance_guarded", "place_message"]
