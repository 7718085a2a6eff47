"""A browser or a native client at the public door, with its own cookie jar."""

from __future__ import annotations

from typing import Any

from django.test import Client

from tests.factories import PASSWORD

COOKIE = "chatflow_refresh"


class Browser:
    def __init__(self) -> None:
        self.http = Client()
        self.access = ""

    @property
    def cookie(self) -> str:
        return self.http.cookies[COOKIE].value if COOKIE in self.http.cookies else ""

    @cookie.setter
    def cookie(self, value: str) -> None:
        self.http.cookies[COOKIE] = value

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self._keep(self.http.post(f"/api/v1{path}", body or {}, "application/json", headers=self._with(headers)))

    def get(self, path: str) -> Any:
        return self._keep(self.http.get(f"/api/v1{path}", headers=self._with({})))

    def sign_in(self, login: str, password: str = PASSWORD, **extra: str) -> Any:
        return self.post("/auth/sign-in", {"login": login, "password": password, **extra})

    def refresh(self, **headers: str) -> Any:
        return self.post("/auth/refresh", **{"X-ChatFlow": "1", **headers})

    def _with(self, headers: dict[str, str]) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.access}", **headers} if self.access else headers

    def _keep(self, response: Any) -> Any:
        if response.status_code < 300 and response.content:
            self.access = response.json().get("access", self.access)
        return response


def code(response: Any) -> str:
    """Return the code of the error in an answer."""
    return str(response.json()["error"]["code"])
