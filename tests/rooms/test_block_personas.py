"""A direct room whose two have fallen out, tried at every door: alice blocked bob, mod and carol are outside of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from accounts.models import Block, User
from rooms.models import Room
from rooms.services.blocking import block_person
from rooms.services.rooms import open_direct_room
from tests.clients import Api
from tests.conftest import Published
from tests.factories import make_room, say
from tests.order import nothing_happens
from tests.realtime.conftest import Connect, connect, hub

__all__ = ["connect", "hub"]
pytestmark = pytest.mark.django_db(transaction=True)
WHO = ("alice", "bob", "mod", "carol")
BLOCKER, BLOCKED, NOBODY = "user.blocked", "user.unavailable", "not_found"
WRITING = (BLOCKER, BLOCKED, NOBODY, NOBODY)
OUTSIDE = (None, None, NOBODY, NOBODY)  # what the two may still do is tried elsewhere
KEY = "7f0d5c8e-2f43-4d0e-9a3b-0c6a5d1e2b10"


@dataclass
class Scene:
    people: dict[str, User]
    room: Room
    rooms: dict[str, Room]
    said: dict[str, str]

    def other(self, who: str) -> User:
        """Return whom this one would write to: those outside try alice."""
        return self.people["bob" if who == "alice" else "alice"]


@pytest.fixture
def scene(alice: User, bob: User, mod: User, carol: User) -> Scene:
    people = dict(zip(WHO, (alice, bob, mod, carol), strict=True))
    room = open_direct_room(actor=alice, user_ids=[bob.pk])[0].room
    said = {who: say(people[who], room).id for who in ("alice", "bob")}
    own = {who: make_room(person, name=f"Of {who}") for who, person in people.items()}
    block_person(actor=alice, user_id=bob.pk)
    return Scene(people, room, own, said | {"mod": said["bob"], "carol": said["bob"]})


Act = Callable[[Scene, str, Api], Any]
ROWS: dict[str, tuple[tuple[str | None, ...], Act]] = {
    "send": (WRITING, lambda s, w, api: api.post(f"/rooms/{s.room.pk}/messages", {"client_id": KEY, "text": "x"})),
    "edit": (WRITING, lambda s, w, api: api.patch(f"/messages/{s.said[w]}", {"text": "changed"})),
    "react": (WRITING, lambda s, w, api: api.put(f"/messages/{s.said[w]}/reactions/👍")),
    "pin": (WRITING, lambda s, w, api: api.put(f"/messages/{s.said[w]}/pin")),
    "upload": (
        WRITING,
        lambda s, w, api: api.post(
            "/uploads", {"room_id": str(s.room.pk), "name": "a.txt", "media_type": "text/plain", "size": 3}
        ),
    ),
    "read": (OUTSIDE, lambda s, w, api: api.get(f"/rooms/{s.room.pk}/messages")),
    "see who is in it": (OUTSIDE, lambda s, w, api: api.get(f"/rooms/{s.room.pk}/members")),
    "see the message": (OUTSIDE, lambda s, w, api: api.get(f"/messages/{s.said[w]}")),
    "draw the other into one's room": (
        (BLOCKER, BLOCKED, None, None),
        lambda s, w, api: api.put(f"/rooms/{s.rooms[w].pk}/members/{s.other(w).pk}"),
    ),
    "begin a conversation of three": (
        (BLOCKER, BLOCKED, None, None),
        lambda s, w, api: api.post(
            "/rooms/direct", {"user_ids": [str(s.other(w).pk), str(s.people["carol" if w == "mod" else "mod"].pk)]}
        ),
    ),
}
REFUSED = [(action, who) for action, row in ROWS.items() for who in WHO if row[0][WHO.index(who)]]


@pytest.mark.parametrize(("action", "who"), REFUSED)
def test_who_is_refused_what_and_nobody_hears_of_it(action: str, who: str, scene: Scene, published: Published) -> None:
    expected, act = ROWS[action]
    with nothing_happens(published):
        answer = act(scene, who, Api(scene.people[who]))
    assert answer.json()["error"]["code"] == expected[WHO.index(who)]
    assert answer.status_code == (404 if who in ("mod", "carol") else 403)


@pytest.mark.parametrize("who", ("bob", "mod", "carol"))
def test_nobody_but_who_blocked_can_tell(who: str, scene: Scene, published: Published) -> None:
    api = Api(scene.people[who])
    with nothing_happens(published):
        assert api.get("/me/blocks").json()["results"] == []
        assert api.delete(f"/me/blocks/{scene.people['bob'].pk}").status_code == 204
    assert Block.objects.filter(blocker=scene.people["alice"]).count() == 1
    seen = api.get(f"/users/{scene.people['alice'].pk}")
    assert seen.json() == Api(scene.people["alice"]).get(f"/users/{scene.people['alice'].pk}").json()


@pytest.mark.asyncio
@pytest.mark.parametrize("who", WHO)
async def test_the_same_over_the_socket(who: str, scene: Scene, connect: Connect) -> None:
    chat = await connect(scene.people[who])
    answer = await chat.ask("message.send", room_id=str(scene.room.pk), client_id=KEY, text="x")
    assert answer["error"]["code"] == WRITING[WHO.index(who)]
    reacted = await chat.ask("reaction.add", message_id=scene.said[who], emoji="👍")
    assert reacted["error"]["code"] == WRITING[WHO.index(who)]
