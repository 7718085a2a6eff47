"""What a message says in one line; the client words it the same way (tests/contract/said.json)."""

from __future__ import annotations

from collections.abc import Sequence

from messaging.file_serializers import FileOut, read_files
from messaging.store import Row

MOST_SAID = 240  # characters, where there is room for some lines


def said(row: Row, most: int) -> str:
    """Return the words of a message, shortened to so many characters; of one without words what it brings, "" for nothing."""
    return shortened(row.text, most) or shortened(brought(read_files(row.files)), most)


def shortened(text: str, most: int) -> str:
    """Return the text in one line of at most so many characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def brought(files: Sequence[FileOut]) -> str:
    if not files:
        return ""
    one, many = ("a picture", "pictures") if all(file.width for file in files) else ("a file", "files")
    if len(files) == 1:
        return f"Sent {one}: {files[0].name}"
    return f"Sent {len(files)} {many}: {files[0].name} and {len(files) - 1} more"
