"""The events of moderation (docs/protocol.md, Events). To the sanctioned person's own clients."""

from __future__ import annotations

from typing import Literal, TypedDict

from moderation.serializers.sanctions import OwnSanctionOut


class SanctionChanged(TypedDict):
    """Issued, lifted, or its appeal was answered: the sanction as it is now."""

    type: Literal["sanction.updated"]
    sanction: OwnSanctionOut


def sanction_updated(sanction: OwnSanctionOut) -> SanctionChanged:
    return {"type": "sanction.updated", "sanction": sanction}


class MessageJudged(TypedDict):
    """A message that waited for review was sent, or will not be. To its author."""

    type: Literal["message.judged"]
    room_id: str
    client_id: str
    released: bool
    reason: str


def message_judged(room_id: int, client_id: str, released: bool, reason: str) -> MessageJudged:
    return MessageJudged(
        type="message.judged", room_id=str(room_id), client_id=client_id, released=released, reason=reason
    )
