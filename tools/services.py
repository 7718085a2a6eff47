"""The programs the tests start: a browser, Redis, PostgreSQL, nginx. Finds them; installs them where that is easy.

`CHATFLOW_CHROMIUM`, `CHATFLOW_REDIS_SERVER`, `CHATFLOW_POSTGRES` and `CHATFLOW_NGINX` name one by hand. What is missing is
skipped with a reason; with CI=true it is a failure, because a check nobody ran must not look like one that passed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class Service:
    variable: str
    names: tuple[str, ...]
    package: str
    # Where packages put programs that they keep off PATH.
    elsewhere: str = ""


SERVICES = {
    "chromium": Service(
        "CHATFLOW_CHROMIUM",
        ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
        "chromium",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    ),
    "redis": Service("CHATFLOW_REDIS_SERVER", ("redis-server", "valkey-server"), "redis-server"),
    "postgres": Service("CHATFLOW_POSTGRES", ("postgres",), "postgresql", "/usr/lib/postgresql/*/bin/postgres"),
    "nginx": Service("CHATFLOW_NGINX", ("nginx",), "nginx", "/usr/sbin/nginx"),
}


def find(name: str) -> Path | None:
    """Return the program of a service. PostgreSQL's others (`initdb`) stand beside it: links are followed."""
    found = next(_candidates(SERVICES[name]), None)
    return found.resolve() if found and name == "postgres" else found


def _candidates(service: Service) -> Iterator[Path]:
    if named := os.environ.get(service.variable):
        yield from [Path(named)] if os.access(named, os.X_OK) else []
        return
    yield from (Path(path) for name in service.names if (path := shutil.which(name)))
    if service.elsewhere:
        root, *pattern = service.elsewhere.removeprefix("/").split("/")
        yield from sorted(Path("/", root).glob("/".join(pattern)), reverse=True)


def reason(name: str) -> str:
    """Return why a test that needs the service cannot run."""
    service = SERVICES[name]
    return f"no {name}: install {service.package}, or name the program with {service.variable}"


def in_ci() -> bool:
    return os.environ.get("CI", "").lower() in {"1", "true"}


@cache
def _package_list_is_fresh() -> bool:
    return subprocess.run(["apt-get", "update", "-qq"], stdout=subprocess.DEVNULL, check=False).returncode == 0


def install(name: str) -> None:
    """Install the service from the distribution, where this process may do so anyway (root on Debian or Ubuntu)."""
    if os.geteuid() != 0 or not shutil.which("apt-get") or not _package_list_is_fresh():
        return
    print(f"Installing {SERVICES[name].package}", flush=True)
    subprocess.run(
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", SERVICES[name].package],
        env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
        stdout=subprocess.DEVNULL,
        check=False,
    )


def main() -> int:
    for name in SERVICES:
        if not find(name):
            install(name)
    missing = [name for name in SERVICES if not find(name)]
    for name in missing:
        print(f"{'MISSING' if in_ci() else 'skipping what needs it'}: {reason(name)}", file=sys.stderr)
    return 1 if missing and in_ci() else 0


if __name__ == "__main__":
    sys.exit(main())
