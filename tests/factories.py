"""People and rooms for tests, made by plain functions."""

from __future__ import annotations

import uuid
from typing import Any

from accounts.models import User
from accounts.names import email_key, username_key
from messaging.serializers import MessageOut
from messaging.services.sending import send_message
from rooms.models import Membership, Room
from rooms.services.members import add_member
from rooms.services.rooms import create_room

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


def make_room(owner: User, *members: User, kind: str = "private", name: str = "Room", **fields: str) -> Room:
    """Make a room of `owner`'s with these members in it."""
    room = create_room(actor=owner, kind=kind, name=name, **fields).room
    for person in members:
        add_member(actor=owner, room_id=room.pk, user_id=person.pk)
    room.refresh_from_db()
    return room


def say(author: User, room: Room, text: str = "hello", **fields: Any) -> MessageOut:
    """Send a message and return it."""
    client_id = fields.pop("client_id", str(uuid.uuid4()))
    return send_message(actor=author, room_id=room.pk, client_id=client_id, text=text, **fields).message


def member(room: Room, user: User) -> Membership:
    return Membership.objects.get(room=room, user=user)
