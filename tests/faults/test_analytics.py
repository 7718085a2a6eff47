"""A database of their own for analytics: the chat goes on without it, `/readyz` tells so, and it heals by itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx

from tests.services import Server, postgres, wait_for


def readiness(server: Server) -> tuple[int, dict[str, Any]]:
    answer = httpx.get(f"{server.url}/readyz", timeout=10)
    return answer.status_code, answer.json()


def test_the_chat_goes_on_while_the_database_of_analytics_is_away(tmp_path: Path) -> None:
    with postgres() as database:
        server = Server(tmp_path, ANALYTICS_DATABASE_URL=database.make_database("reports"))
        try:
            server.start()
            for _ in range(12):  # more than there are threads: each has a connection that is about to break
                status, told = readiness(server)
                assert (status, told["status"], told["checks"]["analytics"]["ok"]) == (200, "ok", True)
            database.stop()
            status, told = readiness(server)
            assert (status, told["status"], told["checks"]["analytics"]["ok"]) == (200, "degraded", False)
            assert told["checks"]["database"]["ok"]
            database.start()
            wait_for(lambda: readiness(server)[1]["status"] == "ok", "the database of analytics")
            assert [readiness(server)[1]["status"] for _ in range(12)] == ["ok"] * 12
        finally:
            server.stop()
