"""The events of moderation (docs/protocol.md, Events). To the sanctioned person's own clients."""

from __future__ import annotations

from typing import Literal, TypedDict

from moderation.serializers import OwnSanctionOut


class SanctionChanged(TypedDict):
    """Issued, lifted, or its appeal was answered: the sanction as it is now."""

    type: Literal["sanction.updated"]
    sanction: OwnSanctionOut


def sanction_updated(sanction: OwnSanctionOut) -> SanctionChanged:
    return {"type": "sanction.updated", "sanction": sanction}
