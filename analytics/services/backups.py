"""Backups are made by the database's own tools; this remembers that one was."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from analytics.models import Backup
from core.errors import Invalid


def note_backup(path: Path) -> Backup:
    """Remember the backup that lies at `path` (a file, or a folder of files), as made when it was last written to.

    Raises `Invalid` where there is none, or nothing in it: a script whose backup failed must not be told that all is well.
    """
    files = [found for found in [path, *path.rglob("*")] if found.is_file()] if path.exists() else []
    size = sum(found.stat().st_size for found in files)
    if not size:
        raise Invalid(message=f"There is no backup at {path}, or it is empty.")
    written = max(found.stat().st_mtime for found in files)
    made = datetime.fromtimestamp(int(written), UTC)
    return Backup.objects.create(made_at=made, name=path.name[:200], bytes=size)
