"""Blocking a person for oneself: nothing direct between the two any more, and the blocked one is not told."""

from functools import partial
from typing import Any

import pytest

from accounts.models import Block, User
from accounts.services.blocks import blocking, remembered_blocks
from messaging.services.counting import count
from messaging.services.sending import send_message
from rooms.models import Membership, Room
from rooms.services.blocking import block_person, unblock_person
from rooms.services.rooms import open_direct_room
from tests.accounts.racing import at_once, refusals
from tests.clients import Api, refusal, wrong_fields
from tests.conftest import Published
from tests.factories import make_room, make_user, member, say
from tests.limits import limited
from tests.order import nothing_happens, told

pytestmark = pytest.mark.django_db(transaction=True)
UUID = "7f0d5c8e-2f43-4d0e-9a3b-0c6a5d1e2b{:02d}"


@pytest.fixture
def direct(alice: User, bob: User) -> Room:
    return open_direct_room(actor=alice, user_ids=[bob.pk])[0].room


def _block(actor: User, other: User) -> Any:
    return Api(actor).put(f"/me/blocks/{other.pk}")


def _write(actor: User, room: Room, number: int = 10) -> Any:
    return Api(actor).post(f"/rooms/{room.pk}/messages", {"client_id": UUID.format(number), "text": "hello"})


def test_only_whoever_blocks_hears_of_it(
    alice: User, bob: User, carol: User, direct: Room, published: Published
) -> None:
    assert _block(alice, bob).status_code == 204
    assert {envelope.topic for envelope in published} == {f"user.{alice.pk}"}
    assert published.types == ["blocks.updated", "membership.updated"]
    assert told(published)[0]["user_ids"] == [str(bob.pk)]
    assert told(published)[1]["membership"]["restrictions"]["post"] == "user.blocked"
    assert [one["id"] for one in Api(alice).get("/me/blocks").json()["results"]] == [str(bob.pk)]
    assert Api(bob).get("/me/blocks").json() == Api(carol).get("/me/blocks").json() == {"results": []}


def test_neither_writes_to_the_other_and_each_learns_only_their_part(alice: User, bob: User, direct: Room) -> None:
    said = say(bob, direct)
    _block(alice, bob)
    assert refusal(_write(alice, direct)) == (403, "user.blocked")
    assert refusal(_write(bob, direct)) == (403, "user.unavailable")
    for method, path, body in (
        ("patch", f"/messages/{said.id}", {"text": "changed"}),
        ("put", f"/messages/{said.id}/reactions/👍", None),
    ):
        assert refusal(getattr(Api(bob), method)(path, body)) == (403, "user.unavailable")
    assert Api(bob).get(f"/rooms/{direct.pk}/messages").json()["messages"][0]["text"] == "hello"
    assert Api(bob).delete(f"/messages/{said.id}").status_code == 200


def test_what_both_said_before_is_there_again_after_unblocking(alice: User, bob: User, direct: Room) -> None:
    _block(alice, bob)
    assert Api(alice).delete(f"/me/blocks/{bob.pk}").status_code == 204
    assert Api(alice).delete(f"/me/blocks/{bob.pk}").status_code == 204
    assert _write(bob, direct).status_code == 201
    assert _write(alice, direct).status_code == 201


def test_with_two_blocks_both_have_to_go(alice: User, bob: User, direct: Room) -> None:
    _block(alice, bob)
    _block(bob, alice)
    assert refusal(_write(bob, direct)) == (403, "user.blocked")
    unblock_person(actor=bob, user_id=alice.pk)
    assert refusal(_write(bob, direct)) == (403, "user.unavailable")
    unblock_person(actor=alice, user_id=bob.pk)
    assert _write(bob, direct).status_code == 201


@pytest.mark.parametrize(("who", "code"), [("alice", "user.blocked"), ("bob", "user.unavailable")])
def test_no_new_conversation_begins(
    who: str, code: str, alice: User, bob: User, carol: User, published: Published
) -> None:
    _block(alice, bob)
    actor, other = (alice, bob) if who == "alice" else (bob, alice)
    with nothing_happens(published):
        assert refusal(Api(actor).post("/rooms/direct", {"user_ids": [str(other.pk)]})) == (403, code)
        group = {"user_ids": [str(other.pk), str(carol.pk)]}
        assert refusal(Api(actor).post("/rooms/direct", group)) == (403, code)
    assert Api(carol).post("/rooms/direct", {"user_ids": [str(alice.pk), str(bob.pk)]}).status_code == 201


def test_an_open_conversation_is_still_found(alice: User, bob: User, direct: Room) -> None:
    _block(alice, bob)
    found = Api(bob).post("/rooms/direct", {"user_ids": [str(alice.pk)]})
    assert (found.status_code, found.json()["room"]["id"]) == (200, str(direct.pk))
    assert found.json()["membership"]["restrictions"] == {}  # that he is blocked shows only when he writes


def test_reading_on_does_not_show_a_block(alice: User, bob: User, direct: Room, published: Published) -> None:
    said = say(alice, direct)
    _block(alice, bob)
    mine = Api(bob).put(f"/rooms/{direct.pk}/read", {"seq": said.seq})
    assert (mine.status_code, mine.json()["restrictions"]) == (200, {})
    published.clear()
    unblock_person(actor=alice, user_id=bob.pk)
    assert {envelope.topic for envelope in published} == {f"user.{alice.pk}"}


def test_the_blocked_do_not_draw_them_into_rooms(alice: User, bob: User, carol: User, published: Published) -> None:
    room = make_room(bob)
    _block(alice, bob)
    with nothing_happens(published):
        answer = Api(bob).put(f"/rooms/{room.pk}/members/{alice.pk}")
    assert refusal(answer) == (403, "user.unavailable")
    assert Api(bob).put(f"/rooms/{room.pk}/members/{carol.pk}").status_code == 200


def test_rooms_of_many_go_on_but_their_calls_do_not_count(alice: User, bob: User, mod: User, general: Room) -> None:
    mine = [member(general, alice)]
    say(bob, general, "@alice")
    assert count(alice.pk, mine)[general.pk].mentions == 1
    _block(alice, bob)
    say(bob, general, "@alice again")
    left = count(alice.pk, mine)[general.pk]
    assert (left.unread, left.mentions) == (2, 0)
    unblock_person(actor=alice, user_id=bob.pk)
    assert count(alice.pk, mine)[general.pk].mentions == 2


def test_who_blocked_the_author_is_told_to_whoever_notifies(alice: User, bob: User, carol: User) -> None:
    _block(alice, bob)
    assert blocking(bob.pk, [alice.pk, carol.pk]) == {alice.pk}
    assert blocking(alice.pk, [bob.pk, carol.pk]) == set()


def test_it_is_remembered_only_until_it_changes(alice: User, bob: User) -> None:
    assert remembered_blocks.of(alice.pk) == frozenset()
    _block(alice, bob)
    assert remembered_blocks.of(alice.pk) == {bob.pk}
    unblock_person(actor=alice, user_id=bob.pk)
    assert remembered_blocks.of(alice.pk) == frozenset()


def test_nobody_blocks_nobody_or_themselves(alice: User, bob: User, published: Published) -> None:
    with nothing_happens(published):
        assert refusal(Api(alice).put("/me/blocks/1234567890")) == (404, "not_found")
        assert refusal(Api(alice).put("/me/blocks/x")) == (404, "not_found")
        assert wrong_fields(Api(alice).put(f"/me/blocks/{alice.pk}")) == set()
    assert not Block.objects.exists()


def test_twice_is_once(alice: User, bob: User, direct: Room, published: Published) -> None:
    _block(alice, bob)
    with nothing_happens(published):
        assert _block(alice, bob).status_code == 204


def test_there_is_a_limit(alice: User) -> None:
    with limited():
        people = [make_user(f"p{number}x") for number in range(61)]
        answers = [_block(alice, person).status_code for person in people]
    assert answers == [204] * 60 + [429]


@pytest.mark.django_db(transaction=True)
def test_a_block_and_a_first_message_at_once_leave_no_open_door() -> None:
    for number in range(5):
        a, b = make_user(f"a{number}x"), make_user(f"b{number}x")
        calls: list[Any] = [
            partial(block_person, actor=a, user_id=b.pk),
            partial(open_direct_room, actor=b, user_ids=[a.pk]),
        ]
        assert set(refusals(at_once(calls))) <= {"user.unavailable"}
        for room in Room.objects.filter(created_by=b):
            assert refusals(
                at_once([partial(send_message, actor=b, room_id=room.pk, client_id=UUID.format(1), text="x")])
            )


@pytest.mark.django_db(transaction=True)
def test_a_block_while_they_write_lets_nothing_through_after_it(alice: User, bob: User, direct: Room) -> None:
    say(bob, direct)

    def write(number: int) -> Any:
        return send_message(actor=bob, room_id=direct.pk, client_id=UUID.format(number), text="x")

    at_once([partial(write, number) for number in range(8)] + [partial(block_person, actor=alice, user_id=bob.pk)])
    assert Membership.objects.get(room=direct, user=bob).closed == "blocked"
    assert refusals(at_once([partial(write, number) for number in range(20, 24)])) == ["user.unavailable"] * 4
