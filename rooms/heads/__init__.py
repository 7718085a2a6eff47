"""The statements that move a room's counters. One implementation per family of databases."""

from django.conf import settings

from rooms.heads.head import Head, Places

if settings.DEFAULT_DB_IS_MONGO:
    from rooms.heads.mongo import advance, advance_guarded, place_message, place_messages
else:
    from rooms.heads.sql import advance, advance_guarded, place_message, place_messages

__all__ = ["Head", "Places", "advance", "advance_guarded", "place_message", "place_messages"]
