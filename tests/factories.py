"""People and rooms for tests, made by plain functions."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from accounts.names import email_key, username_key

PASSWORD = "correct horse battery"


def make_user(username: str, **fields: Any) -> User:
    """Make a person whose password is `PASSWORD`."""
    email = fields.pop("email", f"{username}@example.org")
    user = User(
        username=username,
        username_key=username_key(username),
        email=email,
        email_key=email_key(email),
        display_name=fields.pop("display_name", username.title()),
        avatar_color="#336699",
        **fields,
    )
    user.set_password(PASSWORD)
    user.save()
    return user
