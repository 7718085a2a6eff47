"""`make services`: PostgreSQL, Redis and an S3 server with empty data, until Ctrl-C. Prints how to use them."""

from __future__ import annotations

import importlib.util
import signal
import sys
from contextlib import ExitStack
from typing import TypeVar

import boto3

from tools.processes import S3, Postgres, Process, Redis
from tools.services import find, reason

P = TypeVar("P", bound=Process)
BUCKET = "chatflow"
KEYS = {"S3_ACCESS_KEY_ID": "developer", "S3_SECRET_ACCESS_KEY": "developer"}


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
        environment |= _bucket(_running(stack, S3(sys.executable)))
    return environment


def _running(stack: ExitStack, process: P) -> P:
    stack.callback(process.stop)
    process.start()
    return process


def _bucket(store: S3) -> dict[str, str]:
    keys = {"aws_access_key_id": "developer", "aws_secret_access_key": "developer"}
    boto3.client("s3", endpoint_url=store.url, region_name="us-east-1", **keys).create_bucket(Bucket=BUCKET)
    return {"S3_BUCKET": BUCKET, "S3_ENDPOINT_URL": store.url, "S3_ADDRESSING_STYLE": "path"} | KEYS


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
