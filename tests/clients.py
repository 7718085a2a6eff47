"""A REST client that speaks as a person, through the public door."""

from __future__ import annotations

from typing import Any

from django.test import Client

from accounts.models import User
from accounts.services.sessions import open_session


class Api:
    """`Api(alice).post("/rooms", {...})`; `Api(None)` is a stranger. Paths are below /api/v1."""

    def __init__(self, user: User | None) -> None:
        self.http = Client()
        self.headers = {"Authorization": f"Bearer {open_session(user=user).access}"} if user else {}

    def get(self, path: str, query: dict[str, Any] | None = None) -> Any:
        return self.http.get(f"/api/v1{path}", query or {}, headers=self.headers)

    def post(self, path: str, body: Any = None) -> Any:
        return self._send("post", path, body)

    def put(self, path: str, body: Any = None) -> Any:
        return self._send("put", path, body)

    def patch(self, path: str, body: Any = None) -> Any:
        return self._send("patch", path, body)

    def delete(self, path: str, body: Any = None) -> Any:
        return self._send("delete", path, body)

    def _send(self, method: str, path: str, body: Any) -> Any:
        send = getattr(self.http, method)
        data = b"" if body is None else body
        return send(f"/api/v1{path}", data, content_type="application/json", headers=self.headers)


def refusal(answer: Any) -> tuple[int, str]:
    """Return the status and the code of a refusal."""
    return answer.status_code, answer.json()["error"]["code"]


def wrong_fields(answer: Any) -> set[str]:
    """Return the fields that a refused request is told are wrong."""
    assert refusal(answer) == (400, "invalid"), answer.content
    return set(answer.json()["error"].get("fields", {}))
