"""What a browser must load before anybody can read: its size is a promise (DESIGN: 200 kB of compressed JavaScript)."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from tests.services import ROOT
from tools.services import in_ci

MOST = 200_000  # bytes
DIST = ROOT / "frontend" / "dist"


def loaded_first(manifest: dict[str, Any]) -> set[str]:
    """Return the scripts of the entry and of all it imports, but not what it loads later."""
    found: set[str] = set()
    waiting = [name for name, chunk in manifest.items() if chunk.get("isEntry")]
    while waiting:
        chunk = manifest[waiting.pop()]
        if chunk["file"] not in found:
            found.add(chunk["file"])
            waiting += chunk.get("imports", [])
    return {name for name in found if name.endswith(".js")}


def test_the_first_load_is_small() -> None:
    manifest = DIST / ".vite" / "manifest.json"
    if not manifest.exists():
        (pytest.fail if in_ci() else pytest.skip)("the web client has not been built: make test builds it")
    scripts = loaded_first(json.loads(manifest.read_text()))
    sizes = {name: len(gzip.compress((DIST / name).read_bytes(), 9)) for name in scripts}
    assert 0 < sum(sizes.values()) <= MOST, sizes
