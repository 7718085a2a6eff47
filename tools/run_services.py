"""`make services`: PostgreSQL, Redis and an S3 server with empty data, until Ctrl-C. Prints how to use them."""

from __future__ import annotations

import importlib.util
import signal
import sys
from contextlib import ExitStack
from typing import TypeVar

from tools.processes import S3, Postgres, Process, Redis
from tools.services import find, reason

P = TypeVar("P", bound=Process)
BUCKET = "chatflow"


def start(stack: ExitStack) -> dict[str, str]:
    """Start what is installed; return the environment."""
    environment: dict[str, str] = {}
    if (program := find("postgres")) is not None:
        postgres = Postgres(program)
        stack.callback(postgres.remove)
        postgres.start()
        environment["DATABASE_URL"] = postgres.make_database("chatflow")
    if (program := find("redis")) is not None:
        environment["REDIS_URL"] = _running(stack, Redis(program)).url
    if importlib.util.find_spec("moto"):
        environment |= _running(stack, S3(sys.executable)).make_bucket(BUCKET)
    return environment


def _running(stack: ExitStack, process: P) -> P:
    stack.callback(process.stop)
    process.start()
    return process


def main() -> int:
    with ExitStack() as stack:
        environment = start(stack)
        for name in ("postgres", "redis"):
            if find(name) is None:
                print(f"# {reason(name)}", file=sys.stderr)
        print("# Empty, and gone when this stops. In another terminal, before make run:")
        for name, value in environment.items():
            print(f"export {name}='{value}'", flush=True)
        signal.pause()
    return 0


def stop(*_: object) -> None:
    raise SystemExit(0)


if __name__ == "__main__":
    for told in (signal.SIGINT, signal.SIGTERM):
        signal.signal(told, stop)
    sys.exit(main())
