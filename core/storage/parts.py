"""One file of the local store: its contents, then its content type in the last bytes, so that one rename moves both."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from core.storage.contract import Stored

TRAILER = 256  # bytes; longer than any content type


class Part:
    """A file on its way in. It takes its place whole, by one rename, and durably; or leaves nothing."""

    def __init__(self, folder: Path, target: Path, content_type: str) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path, self._target, self._content_type = folder / secrets.token_hex(16), target, content_type
        self._file = open(os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "wb")  # noqa: SIM115
        self.size = 0

    def __enter__(self) -> Part:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def write(self, chunk: bytes) -> None:
        self._file.write(chunk)
        self.size += len(chunk)

    def finish(self) -> Stored:
        """Make it the file of its key, in place of any earlier one."""
        self._file.write(self._content_type.encode("ascii").ljust(TRAILER, b"\0"))
        self._file.flush()
        os.fsync(self._file.fileno())
        self._target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.replace(self._path, self._target)
        sync_folder(self._target.parent)
        return Stored(self.size, self._content_type, _etag(os.fstat(self._file.fileno())))

    def close(self) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)


def opened(path: Path) -> tuple[BinaryIO, Stored]:
    """Return the file, open at its start, and what is known of it."""
    file = path.open("rb")
    info = os.fstat(file.fileno())
    size = info.st_size - TRAILER
    content_type = os.pread(file.fileno(), TRAILER, size).rstrip(b"\0").decode("ascii")
    return file, Stored(size, content_type, _etag(info))


def sync_folder(folder: Path) -> None:
    """Make a rename in `folder` outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _etag(info: os.stat_result) -> str:
    return f"{info.st_ino:x}-{info.st_size:x}-{info.st_mtime_ns:x}"
