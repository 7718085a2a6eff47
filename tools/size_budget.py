"""Fail when a function or a file outgrows what can be read at a glance (STYLE.md)."""

from __future__ import annotations

import ast
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MOST_FUNCTION_LINES = 40
MOST_FILE_LINES = 400
LONG_FILE_LINES = 250
Function = ast.FunctionDef | ast.AsyncFunctionDef


def sources() -> list[Path]:
    """Return the sources git knows or would take; migrations are written by Django."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py", "*.ts", "*.tsx"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = (ROOT / line for line in sorted(set(listed.stdout.splitlines())))
    return [
        path
        for path in paths
        if path.is_file() and not path.parent.parent.name.endswith("_migrations") and path.parent.name != "migrations"
    ]


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Yield the place and length of every Python function, decorators not counted."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, Function):
            yield (
                f"{path.relative_to(ROOT)}:{node.lineno} {node.name}",
                (node.end_lineno or node.lineno) - node.lineno + 1,
            )


def main() -> int:
    files = [(path, len(path.read_text(encoding="utf-8").splitlines())) for path in sources()]
    lengths = [found for path, _ in files if path.suffix == ".py" for found in functions(path)]
    for path, lines in files:
        if LONG_FILE_LINES < lines <= MOST_FILE_LINES:
            print(f"long: {path.relative_to(ROOT)} has {lines} lines (aim at {LONG_FILE_LINES})")
    over = [
        f"{place} has {lines} lines, at most {MOST_FUNCTION_LINES}"
        for place, lines in lengths
        if lines > MOST_FUNCTION_LINES
    ]
    over += [
        f"{path.relative_to(ROOT)} has {lines} lines, at most {MOST_FILE_LINES}"
        for path, lines in files
        if lines > MOST_FILE_LINES
    ]
    print("\n".join(f"too long: {line}" for line in over) or _summary([lines for _, lines in lengths]))
    return 1 if over else 0


def _summary(lengths: list[int]) -> str:
    ninetieth = statistics.quantiles(lengths, n=10)[-1]
    return f"{len(lengths)} functions: median {statistics.median(lengths):.0f} lines, nine in ten up to {ninetieth:.0f}"


if __name__ == "__main__":
    sys.exit(main())
