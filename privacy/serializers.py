"""What privacy takes and gives on the wire (docs/protocol.md)."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from core.clock import iso, iso_or_none
from core.wire import In, Out
from privacy.models import Export


class DeleteAccountIn(In):
    password: Annotated[str, Meta(min_length=1, max_length=128)]
    messages: Literal["keep", "anonymise", "delete"]


class ExportOut(Out):
    """`progress` goes from 0 to 1. `url` is there when the file is, and ends soon: ask again for another."""

    state: Literal["none", "running", "ready"]
    progress: float = 0.0
    asked_at: str | None = None
    ready_at: str | None = None
    expires_at: str | None = None
    size: int = 0
    url: str | None = None


def export_out(export: Export | None, url: str | None = None) -> ExportOut:
    if export is None:
        return ExportOut(state="none")
    ready = export.ready_at is not None
    return ExportOut(
        state="ready" if ready else "running",
        progress=1.0 if ready else round(export.done / max(1, export.steps), 3),
        asked_at=iso(export.asked_at),
        ready_at=iso_or_none(export.ready_at),
        expires_at=iso_or_none(export.expires_at),
        size=export.size,
        url=url,
    )
