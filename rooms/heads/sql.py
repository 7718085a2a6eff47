"""On SQLite and PostgreSQL: one statement takes the number and, as `guard`, checks that rights are as remembered."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from rooms.heads.head import Head, Places

ADVANCE = """
UPDATE rooms_room SET rev = rev + 1, access_rev = access_rev + %s WHERE id = %s RETURNING rev, access_rev
"""
ADVANCE_GUARDED = "UPDATE rooms_room SET rev = rev + 1 WHERE id = %s AND access_rev = %s RETURNING rev, access_rev"
PLACE_MESSAGE = """
UPDATE rooms_room SET rev = rev + 1, last_seq = rev + 1, last_message_at = %s
WHERE id = %s AND access_rev = %s RETURNING rev, access_rev
"""

# One statement for all rooms of a batch: the two databases unfold a list in their own ways.
WANTED = {
    "sqlite": """
SELECT json_extract(value, '$[0]') AS room, json_extract(value, '$[1]') AS guard, json_extract(value, '$[2]') AS places
FROM json_each(%s)
""",
    "postgresql": """
SELECT (value->>0)::bigint AS room, (value->>1)::bigint AS guard, (value->>2)::bigint AS places
FROM json_array_elements(%s::json)
""",
}
PLACE_MESSAGES = """
UPDATE rooms_room SET rev = rev + places, last_seq = rev + places, last_message_at = %s FROM ({wanted}) AS wanted
WHERE id = room AND access_rev = guard RETURNING id, rev, access_rev
"""


def advance(room_id: int, *, alters_access: bool = False) -> Head | None:
    """Move the room's `rev` on; None when there is no such room."""
    return _moved(ADVANCE, [int(alters_access), room_id])


def advance_guarded(room_id: int, access_rev: int) -> Head | None:
    """Move the room's `rev` on if its rights are as of `access_rev`; else None."""
    return _moved(ADVANCE_GUARDED, [room_id, access_rev])


def place_message(room_id: int, access_rev: int, at: datetime) -> Head | None:
    """As `advance_guarded`, and make the new place the room's last message's."""
    return _moved(PLACE_MESSAGE, [connection.ops.adapt_datetimefield_value(at), room_id, access_rev])


def place_messages(wanted: Sequence[Places], at: datetime) -> dict[int, Head]:
    """As `place_message`, several in each room; return the new heads of those whose rights are as given."""
    statement = PLACE_MESSAGES.format(wanted=WANTED[connection.vendor])
    with connection.cursor() as cursor:
        cursor.execute(statement, [connection.ops.adapt_datetimefield_value(at), json.dumps(sorted(wanted))])
        return {int(room_id): Head(int(rev), int(access_rev)) for room_id, rev, access_rev in cursor.fetchall()}


def _moved(statement: str, values: Sequence[Any]) -> Head | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row = cursor.fetchone()
    return None if row is None else Head(int(row[0]), int(row[1]))
