"""Run every suite, the later ones even when an earlier one failed, and end with the closing line of each.

The whole suite runs on the embedded default and again on PostgreSQL with Redis and S3; on MongoDB with Redis and S3 where
`CHATFLOW_TEST_MONGODB_URL` names a server or `mongod` is on PATH. A word as argument chooses suites by name.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from tools.processes import S3, Mongod, Postgres, Redis
from tools.services import find, in_ci, reason

ROOT = Path(__file__).resolve().parent.parent
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
PYTEST = re.compile(r"^=+ .*\b(passed|failed|error|errors|no tests ran)\b.* =+$")
VITEST = re.compile(r"^Tests\s+\d+")
# These are the same whatever the database.
ONCE = [
    "tests/test_architecture.py",
    "tests/test_settings.py",
    "tests/deploy",
    "tests/core/test_jobs.py",  # starts what it needs itself
]
Environment = dict[str, str]


class Suite(NamedTuple):
    """What runs, where, what tells in its output how it went, and what it needs around it."""

    name: str
    command: list[str]
    folder: Path
    closing: re.Pattern[str]
    around: Callable[[ExitStack], Environment | None]


def nothing(stack: ExitStack) -> Environment:
    return {}


def grown(stack: ExitStack) -> Environment | None:
    """Start PostgreSQL, Redis and a store for files; None where they are not installed."""
    programs = {name: find(name) for name in ("postgres", "redis")}
    missing = [name for name, program in programs.items() if program is None]
    if missing or programs["postgres"] is None or programs["redis"] is None:
        print(f"{'MISSING' if in_ci() else 'skipped'}: {'; '.join(map(reason, missing))}", flush=True)
        return None
    postgres, redis = Postgres(programs["postgres"]), Redis(programs["redis"])
    stack.callback(postgres.remove)
    postgres.start()
    stack.callback(redis.stop)
    redis.start()
    return {"DATABASE_URL": postgres.make_database("chatflow"), "REDIS_URL": redis.url} | _bucket(stack)


def on_mongodb(stack: ExitStack) -> Environment | None:
    """Take the server that is named, or start `mongod`; with Redis where it is installed."""
    url, program = os.environ.get("CHATFLOW_TEST_MONGODB_URL", ""), shutil.which("mongod")
    if not url and program is None:
        print("not run: there is no MongoDB (CHATFLOW_TEST_MONGODB_URL, or mongod on PATH)", flush=True)
        return None
    if not url and program is not None:
        mongod = Mongod(program)
        stack.callback(mongod.remove)
        mongod.start()
        url = mongod.url
    return {"DATABASE_URL": url, "CHATFLOW_TEST_MONGODB_URL": url, "REDIS_URL": _redis(stack)} | _bucket(stack)


def _redis(stack: ExitStack) -> str:
    program = find("redis")
    if program is None:
        return ""
    redis = Redis(program)
    stack.callback(redis.stop)
    redis.start()
    return redis.url


def _bucket(stack: ExitStack) -> Environment:
    store = S3(sys.executable)
    stack.callback(store.stop)
    store.start()
    return store.make_bucket("chatflow")


def suites() -> Iterator[Suite]:
    pytest = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadfile"]
    again = [*pytest, *(f"--ignore={path}" for path in ONCE)]
    yield Suite("server and browser on SQLite (pytest)", pytest, ROOT, PYTEST, nothing)
    # npm is the one on PATH (see Makefile).
    yield Suite("web client (vitest)", ["npm", "test", "--silent"], ROOT / "frontend", VITEST, nothing)
    yield Suite("server and browser on PostgreSQL, Redis and S3 (pytest)", again, ROOT, PYTEST, grown)
    yield Suite("server and browser on MongoDB, Redis and S3 (pytest)", again, ROOT, PYTEST, on_mongodb)


@contextmanager
def started(suite: Suite, environment: Environment) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        suite.command,
        cwd=suite.folder,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        yield process


def run(suite: Suite) -> tuple[bool, str]:
    """Run a suite and show its output as it comes; return whether it passed, and its closing line."""
    print(f"\n--- {suite.name}", flush=True)
    with ExitStack() as stack:
        environment = suite.around(stack)
        if environment is None:
            optional = suite.around is on_mongodb or not in_ci()
            return optional, "not run: its services are not here"
        last = "(no closing line)"
        with started(suite, environment) as process:
            for line in process.stdout or ():
                print(line, end="", flush=True)
                plain = COLOURS.sub("", line).strip()
                last = plain if suite.closing.search(plain) else last
        return process.returncode == 0, last


def main(word: str = "") -> int:
    began = time.monotonic()
    results = [(suite.name, *run(suite)) for suite in suites() if word in suite.name]
    print(f"\nAll suites, {time.monotonic() - began:.0f} s:")
    for name, passed, line in results:
        print(f"  {'ok    ' if passed else 'FAILED'}  {name}: {line}")
    return 0 if all(passed for _, passed, _ in results) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
