"""Run every suite, the later ones even when an earlier one failed, and end with the closing line of each."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
# Per suite: its command, its folder, and what tells in its output how it went. npm is the one on PATH (see Makefile).
SUITES = {
    "server and browser (pytest)": (
        [sys.executable, "-m", "pytest", "-n", "2"],
        ROOT,
        re.compile(r"^=+ .*\b(passed|failed|error|errors|no tests ran)\b.* =+$"),
    ),
    "web client (vitest)": (["npm", "test", "--silent"], ROOT / "frontend", re.compile(r"^Tests\s+\d+")),
}


def run(command: list[str], folder: Path, closing: re.Pattern[str]) -> tuple[bool, str]:
    """Run a suite and show its output as it comes; return whether it passed, and its closing line."""
    last = "(no closing line)"
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as suite:
        for line in suite.stdout or ():
            print(line, end="", flush=True)
            plain = COLOURS.sub("", line).strip()
            last = plain if closing.search(plain) else last
    return suite.returncode == 0, last


def main() -> int:
    started = time.monotonic()
    results = [(name, *run(*suite)) for name, suite in SUITES.items()]
    print(f"\nAll suites, {time.monotonic() - started:.0f} s:")
    for name, passed, line in results:
        print(f"  {'ok    ' if passed else 'FAILED'}  {name}: {line}")
    return 0 if all(passed for _, passed, _ in results) else 1


if __name__ == "__main__":
    sys.exit(main())
