"""Keep requirements*.txt in step with pyproject.toml: `write` compiles them, `check` compares without the network."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MARK = "# pyproject: "
# The second list keeps to the first, so that what is tested is what is run.
LOCKS = {"requirements.txt": [], "requirements-dev.txt": ["--extra", "dev", "--constraints", "requirements.txt"]}


def fingerprint() -> str:
    """Return what the lists were compiled from, as one short word."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [project[key] for key in ("requires-python", "dependencies", "optional-dependencies")]
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:16]


def write() -> int:
    for name, options in LOCKS.items():
        command = ["uv", "pip", "compile", "pyproject.toml", *options, "--output-file", name, "--quiet"]
        command += ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-emit-index-url"]
        command += ["--no-annotate", "--custom-compile-command", "make lock"]
        subprocess.run([sys.executable, "-m", *command], cwd=ROOT, check=True)
        path = ROOT / name
        path.write_text(f"{MARK}{fingerprint()}\n{path.read_text(encoding='utf-8')}", encoding="utf-8")
    return 0


def check() -> int:
    stale = [name for name in LOCKS if not (ROOT / name).read_text(encoding="utf-8").startswith(MARK + fingerprint())]
    for name in stale:
        print(f"{name} was not compiled from this pyproject.toml: run make lock")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit({"write": write, "check": check}[sys.argv[1]]())
