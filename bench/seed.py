"""`python -m bench.seed < plan`: put a plan's people and rooms into ChatFlow's database; print their tokens and room ids."""

from __future__ import annotations

import json
import os
import sys
import uuid
from datetime import timedelta

import django
from django.core.management import call_command

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.contrib.auth.hashers import make_password  # noqa: E402

from accounts.models import AuthSession, User  # noqa: E402
from accounts.tokens import first_refresh, issue_access, refresh_hash  # noqa: E402
from bench.dialects import body  # noqa: E402
from bench.plan import PASSWORD  # noqa: E402
from core import clock  # noqa: E402
from core.ids import next_id  # noqa: E402
from messaging.models import Message  # noqa: E402
from rooms.models import Membership, Room  # noqa: E402

BATCH = 500


def people(count: int) -> list[User]:
    password = make_password(PASSWORD)
    made = [
        User(
            pk=next_id(),
            username=f"person{number}",
            username_key=f"person{number}",
            email=f"person{number}@example.org",
            email_key=f"person{number}@example.org",
            display_name=f"Person {number}",
            avatar_color="#336699",
            password=password,
        )
        for number in range(count)
    ]
    User.objects.bulk_create(made, BATCH)
    return made


def tokens(made: list[User]) -> list[str]:
    ends = clock.now() + timedelta(days=1)
    sessions = []
    for person in made:
        session_id = next_id()
        kept = refresh_hash(first_refresh(session_id))
        sessions.append(AuthSession(pk=session_id, user=person, refresh_hash=kept, expires_at=ends))
    AuthSession.objects.bulk_create(sessions, BATCH)
    return [issue_access(session) for session in sessions]


def rooms(made: list[User], plan: list[list[int]]) -> list[str]:
    found = [
        Room(
            pk=next_id(),
            kind="private",
            name=f"Room {number}",
            name_key=f"room {number}",
            direct_key=f"bench {number}",
            rev=1,
            settings_rev=1,
            member_count=len(members),
            epoch="bench",
            created_by=made[members[0]],
        )
        for number, members in enumerate(plan)
    ]
    Room.objects.bulk_create(found, BATCH)
    seats = [
        Membership(room=room, user=made[person], role="owner" if person == members[0] else "member", rev=1)
        for room, members in zip(found, plan, strict=True)
        for person in members
    ]
    Membership.objects.bulk_create(seats, BATCH)
    return [str(room.pk) for room in found]


def messages(made: list[User], plan: list[list[int]], room_ids: list[str], count: int) -> None:
    """Put `count` messages into each room, above the `rev` its members know."""
    kept = []
    for number, (members, room_id) in enumerate(zip(plan, room_ids, strict=True)):
        for place in range(count):
            kept.append(
                _message(made[members[place % len(members)]], int(room_id), number * count + place + 1, place + 2)
            )
    Message.objects.bulk_create(kept, BATCH)
    Room.objects.update(rev=count + 1, last_seq=count + 1, last_message_at=clock.now())


def _message(author: User, room_id: int, number: int, seq: int) -> Message:
    return Message(
        pk=next_id(),
        room_id=room_id,
        author=author,
        seq=seq,
        rev=seq,
        text_rev=seq,
        client_id=str(uuid.UUID(int=number)),
        payload_hash="0" * 32,
        text=body(number),
    )


def main() -> None:
    plan = json.load(sys.stdin)
    call_command("migrate", verbosity=0, interactive=False)
    made = people(plan["people"])
    room_ids = rooms(made, plan["rooms"])
    if plan["messages"]:
        messages(made, plan["rooms"], room_ids, plan["messages"])
    json.dump([tokens(made), room_ids], sys.stdout)


if __name__ == "__main__":
    main()
