"""README.md, as the tests hold it against the rest."""

from __future__ import annotations

import re

from tests.services import ROOT


def settings() -> set[str]:
    """Return every variable that is documented."""
    table = (ROOT / "README.md").read_text(encoding="utf-8").split("## Settings")[1].split("## Grow")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    return {name for row in rows for name in re.findall(r"`([A-Z0-9_]+)`", row)}
