"""The events of privacy (docs/protocol.md, Events). To the person's own clients."""

from __future__ import annotations

from typing import Literal, TypedDict

from privacy.serializers import ExportOut


class ExportUpdated(TypedDict):
    """The copy of somebody's data has come on, is ready, or has gone."""

    type: Literal["export.updated"]
    export: ExportOut


def export_updated(export: ExportOut) -> ExportUpdated:
    return {"type": "export.updated", "export": export}
