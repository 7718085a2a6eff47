"""Redis, PostgreSQL, MongoDB, S3 and nginx as plain processes on free ports, for the tests and `make services`."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import boto3
import psycopg
from pymongo import MongoClient
from pymongo.errors import PyMongoError

START_WITHIN = 60  # seconds; a loaded machine is slow


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_for(ready: Callable[[], bool], what: str) -> None:
    give_up = time.monotonic() + START_WITHIN
    while not ready():
        if time.monotonic() > give_up:
            raise TimeoutError(f"{what} did not start")
        time.sleep(0.05)


class Process:
    """A program that can be stopped and started again on its port."""

    stop_by = signal.SIGKILL

    def __init__(self, program: Path | str) -> None:
        self.program = Path(program)
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def command(self) -> Sequence[str]:
        raise NotImplementedError

    def start(self) -> None:
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen(self.command(), cwd=tempfile.gettempdir(), user=self.user(), **quiet)  # type: ignore[call-overload]
        wait_for(self.is_up, self.program.name)

    def is_up(self) -> bool:
        return answers(self.port)

    def user(self) -> str | None:
        return None

    def stop(self, how: signal.Signals | None = None) -> None:
        if self.process is not None:
            self.process.send_signal(how or self.stop_by)
            self.process.wait(timeout=30)
            self.process = None


class Redis(Process):
    """What is in it is gone when it stops."""

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def command(self) -> Sequence[str]:
        options = ("--save", "", "--appendonly", "no", "--bind", "127.0.0.1")
        return [str(self.program), "--port", str(self.port), *options]


class Postgres(Process):
    """Keeps what is in it over a stop, even one by SIGQUIT, which is as good as a crash. Writes as durably as shipped."""

    stop_by = signal.SIGINT
    OWNER = "chatflow"

    def __init__(self, program: Path | str) -> None:
        super().__init__(program)
        self.folder = Path(tempfile.mkdtemp(prefix="chatflow-postgres-"))
        if (user := self.user()) is not None:
            shutil.chown(self.folder, user)
        options = ("-D", str(self.folder / "data"), "-U", self.OWNER, "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8")
        initdb = [str(self.program.parent / "initdb"), *options]
        subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, cwd=tempfile.gettempdir(), user=self.user())

    def user(self) -> str | None:
        """PostgreSQL does not run as root."""
        return "postgres" if os.geteuid() == 0 else None

    def command(self) -> Sequence[str]:
        where = ("-D", str(self.folder / "data"), "-p", str(self.port), "-k", str(self.folder))
        return [str(self.program), *where, "-c", "listen_addresses=127.0.0.1"]

    def is_up(self) -> bool:
        try:
            psycopg.connect(self.url_of("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def url_of(self, name: str) -> str:
        return f"postgres://{self.OWNER}@127.0.0.1:{self.port}/{name}"

    def make_database(self, name: str) -> str:
        """Make an empty database and return its URL."""
        with psycopg.connect(self.url_of("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
        return self.url_of(name)

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


class Mongod(Process):
    """A replica set of one, because only a replica set has transactions. No list of packages has `mongod`: bring your own."""

    stop_by = signal.SIGTERM
    # A killed process must not keep its open transaction, and the room it holds, for the usual minute.
    OPTIONS = ("--replSet", "rs0", "--setParameter", "transactionLifetimeLimitSeconds=10")

    def __init__(self, program: Path | str) -> None:
        super().__init__(program)
        self.folder = Path(tempfile.mkdtemp(prefix="chatflow-mongod-"))

    @property
    def url(self) -> str:
        return f"mongodb://127.0.0.1:{self.port}/?replicaSet=rs0"

    def command(self) -> Sequence[str]:
        where = ("--dbpath", str(self.folder), "--port", str(self.port), "--bind_ip", "127.0.0.1")
        return [str(self.program), *where, *self.OPTIONS]

    def start(self) -> None:
        super().start()
        with self._itself() as mongod:
            member = {"_id": 0, "host": f"127.0.0.1:{self.port}"}
            mongod.admin.command("replSetInitiate", {"_id": "rs0", "members": [member]})
        wait_for(self._is_primary, "MongoDB's replica set")

    def _is_primary(self) -> bool:
        try:
            with self._itself() as mongod:
                return bool(mongod.admin.command("hello")["isWritablePrimary"])
        except PyMongoError:
            return False

    def _itself(self) -> MongoClient[dict[str, object]]:
        return MongoClient("127.0.0.1", self.port, directConnection=True)

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


class S3(Process):
    """moto's server: any key is good, what is in it is gone when it stops."""

    KEYS = ("developer", "developer")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def command(self) -> Sequence[str]:
        return [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)]

    def make_bucket(self, name: str) -> dict[str, str]:
        """Make an empty bucket and return the environment that names it."""
        key, secret = self.KEYS
        keys = {"aws_access_key_id": key, "aws_secret_access_key": secret}
        boto3.client("s3", endpoint_url=self.url, region_name="us-east-1", **keys).create_bucket(Bucket=name)
        where = {"S3_BUCKET": name, "S3_ENDPOINT_URL": self.url, "S3_ADDRESSING_STYLE": "path"}
        return where | {"S3_ACCESS_KEY_ID": key, "S3_SECRET_ACCESS_KEY": secret}


class Nginx(Process):
    """Runs one configuration file, whose paths are relative to its folder."""

    stop_by = signal.SIGTERM

    def __init__(self, program: Path | str, configuration: Path) -> None:
        super().__init__(program)
        self.configuration = configuration

    def command(self) -> Sequence[str]:
        folder = self.configuration.parent
        return [str(self.program), "-p", str(folder), "-e", "error.log", "-c", str(self.configuration)]
