"""A command as it came over the socket: read and checked, not yet run."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from core.errors import AppError, Invalid
from core.parsing import parse
from core.wire import In, validated
from realtime.commands import COMMANDS, Command

MOST_FRAME = 128 * 1024  # bytes; 8,000 characters outside the BMP, all escaped, are 96,000


@dataclass(slots=True)
class Asked:
    """`refusal` says why it cannot be run; `ref` is None when it could not be read."""

    ref: int | None = None
    kind: str = "unknown"
    command: Command | None = None
    wanted: In | None = None
    refusal: Exception | None = None
    came_at: float = field(default_factory=time.perf_counter)

    @property
    def overlaps(self) -> bool:
        """Whether it may be run while those before it of the same kind still are."""
        return self.command is not None and self.wanted is not None and self.command.overlaps(self.wanted)

    def read(self, raw: Any) -> None:
        """Take what the frame says. Raises what is wrong with it; what could be read by then is kept."""
        frame = parsed(raw, MOST_FRAME)
        self.ref = ref_of(frame)
        kind = frame.get("type")
        command = COMMANDS.get(kind) if isinstance(kind, str) else None
        if command is None:
            raise AppError("protocol.order" if kind == "auth" else "protocol.unknown_type")
        self.kind = str(kind)
        self.command, self.wanted = command, validated(command.shape, fields_of(frame))


def parsed(raw: Any, most: int) -> dict[str, Any]:
    """Return the frame's object; raise `protocol.*` or `too_large`."""
    if not isinstance(raw, str):
        raise AppError("protocol.binary")
    if len(raw) > most:
        raise AppError("too_large")
    frame = parse(raw)
    if not isinstance(frame, dict):
        raise AppError("protocol.json", "A frame is one JSON object.")
    return frame


def ref_of(frame: dict[str, Any]) -> int:
    ref = frame.get("ref")
    if not isinstance(ref, int) or isinstance(ref, bool):
        raise Invalid(fields={"ref": ["Expected a whole number."]})
    return ref


def fields_of(frame: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in frame.items() if name not in ("type", "ref")}
