"""`python -m config.server`: everything that `make run` starts. Migrations, the administrator, then the server."""

from __future__ import annotations

import os
import sys
import tempfile

import uvicorn
from daphne.cli import CommandLineInterface
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

from config import env

FRAME_BYTES = 128 * 1024
GRACE = 20  # seconds for sockets to be closed and requests to be answered when the server is told to stop


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        prepare()
        serve()
    except ImproperlyConfigured as error:
        sys.exit(f"ChatFlow cannot start: {error}")
    except DatabaseError as error:
        sys.exit(f"ChatFlow cannot start: DATABASE_URL: {str(error).splitlines()[0]}")


def prepare() -> None:
    """Reach what is configured, bring the database up to date, make the administrator of ADMIN_EMAIL if there is none."""
    import django  # settings come from the environment, and their errors are told above

    django.setup()
    from accounts.services.setup import ensure_admin_from_environment
    from config.starting import get_ready

    get_ready()
    made = ensure_admin_from_environment(
        email=env.text("ADMIN_EMAIL"),
        password=env.text("ADMIN_PASSWORD"),
        username=env.text("ADMIN_USERNAME", "admin"),
    )
    if made is not None:
        print(f"The administrator {made.username} was made from ADMIN_EMAIL and ADMIN_PASSWORD.", flush=True)


def serve() -> None:
    """Serve until told to stop."""
    from django.conf import settings

    host, port = env.text("HOST", "127.0.0.1"), env.number("PORT", 8000, least=1, most=65535)
    server = env.text("SERVER", "uvicorn")
    if server not in SERVERS:
        raise ImproperlyConfigured(f"SERVER={server!r} is not known: use one of {', '.join(SERVERS)}")
    print(f"ChatFlow {settings.VERSION} on http://{host}:{port}", flush=True)
    SERVERS[server](host, port, settings.WEB_CONCURRENCY)


def with_uvicorn(host: str, port: int, processes: int) -> None:
    """Serve with uvicorn; several processes keep their numbers together in a folder of their own (core/metrics.py)."""
    if processes == 1:
        _run_uvicorn(host, port, processes)
        return
    with tempfile.TemporaryDirectory(prefix="chatflow-metrics-") as folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        _run_uvicorn(host, port, processes)


def _run_uvicorn(host: str, port: int, processes: int) -> None:
    uvicorn.run(
        "config.asgi:application",
        host=host,
        port=port,
        workers=processes if processes > 1 else None,
        ws="realtime.protocol:SharedFramesProtocol",
        ws_max_size=FRAME_BYTES,
        ws_ping_interval=None,  # clients send a heartbeat of their own, and silent ones are closed (realtime/sweep.py)
        ws_per_message_deflate=env.flag("WS_COMPRESSION", True),
        proxy_headers=False,
        server_header=False,
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=GRACE,
        lifespan="on",
    )


def with_daphne(host: str, port: int, processes: int) -> None:
    """Serve with daphne: one process, no compression, no shared frames; the same answers, only slower."""
    if processes > 1:
        raise ImproperlyConfigured("SERVER=daphne serves with one process: leave WEB_CONCURRENCY at 1")
    from config.jobs import beside_the_server  # daphne tells no application when it starts

    with beside_the_server():
        CommandLineInterface().run(
            ["-b", host, "-p", str(port), "-v", "0", "--no-server-name", "config.asgi:application"]
        )


SERVERS = {"uvicorn": with_uvicorn, "daphne": with_daphne}


if __name__ == "__main__":
    main()
