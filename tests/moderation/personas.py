"""The seven people that every action is tried by, in a private room where bob is a plain member, and what they are told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from accounts.models import User
from rooms.models import Room

PERSONAS = ("anonymous", "outsider", "member", "room moderator", "room owner", "site moderator", "administrator")
OK, STRANGER, NOBODY = "ok", "auth.required", "not_found"
STAFF_SEE = (STRANGER, NOBODY, NOBODY, NOBODY, NOBODY, OK, OK)
MEMBERS = (STRANGER, NOBODY, *[OK] * 5)


@dataclass
class Cast:
    people: dict[str, User | None]
    bob: User
    room: Room

    def somebody(self, persona: str) -> User:
        """Return the person who is not anonymous."""
        person = self.people[persona]
        assert person is not None
        return person


def told_over_rest(answer: Any) -> str:
    return OK if answer.status_code < 300 else str(answer.json()["error"]["code"])
