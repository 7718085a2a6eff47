"""How the desk's pages name people and messages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django import template

from accounts.models import User

register = template.Library()


@register.filter
def named(people: Mapping[int, User], user_id: str | int | None) -> str:
    """Return a person's name; nobody's is a rule's."""
    if not user_id:
        return "a rule"
    person = people.get(int(user_id))
    return f"@{person.username}" if person is not None else f"somebody ({user_id})"


@register.filter
def state(states: Mapping[str, str], message_id: str | None) -> str:
    return states.get(message_id or "", "")


@register.filter
def moment(told: str | None) -> str:
    """Return a time as it travels (ISO, UTC) for reading."""
    return f"{datetime.fromisoformat(told):%-d %b %Y, %H:%M} UTC" if told else ""
