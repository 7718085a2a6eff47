"""What a browser does with files, through the public doors: ask, send, complete, look."""

from __future__ import annotations

import io
from typing import Any

import httpx
import pytest
from django.test import Client
from PIL import Image

from accounts.cookies import FILES_NAME
from accounts.models import User
from core.storage.contract import SignedUpload
from rooms.models import Room
from tests.clients import Api
from tests.core.storage.places import Place
from tests.factories import PASSWORD, say

on_both = pytest.mark.parametrize("shelf", ["local", "s3"], indirect=True)


def png(width: int = 40, height: int = 30, color: str = "red") -> bytes:
    return encoded(Image.new("RGB", (width, height), color), "PNG")


def encoded(picture: Image.Image, kind: str, **more: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **more)
    return out.getvalue()


def ask(person: User, room: Room | None, data: bytes, name: str = "a.png", **more: Any) -> Any:
    body: dict[str, Any] = {"name": name, "size": len(data), "media_type": "image/png"}
    if room is not None:
        body["room_id"] = str(room.pk)
    return Api(person).post("/uploads", body | more)


def send_parts(shelf: Place, asked: dict[str, Any], data: bytes) -> list[httpx.Response]:
    """Send what has not arrived."""
    return [
        shelf.send(
            SignedUpload(part["method"], part["url"], part["headers"]),
            data[part["offset"] : part["offset"] + part["size"]],
        )
        for part in asked["parts"]
        if not part["done"]
    ]


def complete(person: User, file_id: str) -> Any:
    return Api(person).post(f"/uploads/{file_id}/complete")


def upload(
    shelf: Place, person: User, room: Room | None, data: bytes, name: str = "a.png", **more: Any
) -> dict[str, Any]:
    """Upload a file; return it as `complete` answers."""
    asked = ask(person, room, data, name, **more)
    assert asked.status_code == 201, asked.content
    for answer in send_parts(shelf, asked.json(), data):
        assert answer.status_code == 200, answer.text
    done = complete(person, asked.json()["id"])
    assert done.status_code == 200, done.content
    found: dict[str, Any] = done.json()
    return found


def sent(shelf: Place, person: User, room: Room, data: bytes, name: str = "a.png", text: str = "") -> Any:
    """Send a message with one file."""
    return say(person, room, text, file_ids=[int(upload(shelf, person, room, data, name)["id"])])


class Browser:
    """Signed in as somebody: what an `<img>` can send is a cookie, not a token."""

    def __init__(self, person: User) -> None:
        self.http = Client()
        self.person = person
        answer = self.http.post(
            "/api/v1/auth/sign-in", {"login": person.username, "password": PASSWORD}, content_type="application/json"
        )
        assert answer.status_code == 200, answer.content
        self.access = answer.json()["access"]

    def look(self, path: str) -> Any:
        return self.http.get(path, headers={"Accept": "image/avif,image/webp"})

    def fetch(self, shelf: Place, path: str) -> httpx.Response:
        """Follow the redirect into the store."""
        answer = self.look(path)
        assert answer.status_code == 302, answer.content
        return shelf.get(answer.headers["Location"])

    def sees(self, path: str) -> bool:
        status: int = self.look(path).status_code
        assert status in (302, 404)
        return status == 302

    @property
    def cookie(self) -> Any:
        return self.http.cookies[FILES_NAME]
