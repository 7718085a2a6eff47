"""What there was to see when something was reported: a copy, so that editing and deleting change nothing about it."""

from __future__ import annotations

from typing import Any

import msgspec

from core import wire
from core.clock import iso, iso_or_none
from messaging import store
from messaging.file_serializers import read_files
from messaging.models import Kept
from messaging.services.vault import contents_of, last_deletion, versions_of
from messaging.store import Row
from moderation.models import Report
from moderation.serializers.cases import SeenFileOut, SeenOut, Snapshot, version_out
from rooms.models import Room

AROUND = 5  # messages on either side
MOST_OF_A_NEIGHBOUR = 2_000  # characters


def snapshot_of(row: Row) -> str:
    """Return the snapshot of a message as it is kept. What was deleted a moment ago is read from the vault."""
    room = Room.objects.get(pk=row.room_id)
    snapshot = Snapshot(
        room_id=str(room.pk),
        room_name=room.name,
        room_kind=room.kind,
        message=_seen(_with_contents(row)),
        history=[version_out(kept, contents_of(kept)["text"]) for kept in versions_of(row.id)],
        before=[_neighbour(other) for other in store.older(room.pk, row.seq, AROUND)],
        after=[_neighbour(other) for other in store.newer(room.pk, row.seq, AROUND)],
    )
    return wire.encode_text(snapshot)


def read_snapshot(report: Report) -> Snapshot | None:
    if not report.snapshot:
        return None
    kept = msgspec.json.decode(report.snapshot)
    for seen in (*kept["before"], kept["message"], *kept["after"]):
        seen["files"] = [_described(file) for file in seen["files"]]
    return msgspec.convert(kept, Snapshot)


def _described(file: Any) -> Any:
    """The first reports kept the names of files alone."""
    return {"id": "", "name": file, "type": "", "size": 0, "is_picture": False} if isinstance(file, str) else file


def _with_contents(row: Row) -> Row:
    kept: Kept | None = last_deletion(row.id) if row.deleted_at is not None else None
    return row if kept is None else row._replace(**contents_of(kept))


def _neighbour(row: Row) -> SeenOut:
    return _seen(row._replace(text=row.text[:MOST_OF_A_NEIGHBOUR]))


def _seen(row: Row) -> SeenOut:
    return SeenOut(
        id=str(row.id),
        author_id=str(row.author_id),
        seq=row.seq,
        text=row.text,
        files=[
            SeenFileOut(id=file.id, name=file.name, type=file.type, size=file.size, is_picture=file.width > 0)
            for file in read_files(row.files)
        ],
        created_at=iso(row.created_at),
        edited_at=iso_or_none(row.edited_at),
        deleted_at=iso_or_none(row.deleted_at),
    )
