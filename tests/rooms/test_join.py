from functools import partial

import pytest

from accounts.models import User
from rooms.models import Room
from rooms.services import members
from rooms.services.members import join_room, leave_room
from rooms.services.rooms import archive_room, open_direct_room
from tests.accounts.racing import at_once, refusals
from tests.clients import Api, refusal
from tests.conftest import Published
from tests.factories import make_room, make_user, member, say
from tests.limits import limited
from tests.order import assert_no_holes, nothing_happens, told


def test_anybody_joins_a_public_room(alice: User, carol: User, published: Published) -> None:
    room = make_room(alice, kind="public")
    say(alice, room)
    room.refresh_from_db()
    published.clear()
    answer = Api(carol).put(f"/rooms/{room.pk}/members/me")
    assert answer.status_code == 200
    assert answer.json()["membership"]["role"] == "member"
    assert answer.json()["room"]["member_count"] == 2
    assert answer.json()["membership"]["last_read_seq"] == room.last_seq  # nothing is unread in a room just entered
    own, everybody = published
    assert (own.topic, everybody.topic) == (f"user.{carol.pk}", f"room.{room.pk}")
    assert own.attach == [(carol.pk, room.pk, room.rev + 1)]
    added, joined = told(published)
    assert added.items() >= {"type": "room.added", "entry": answer.json()}.items()
    assert joined.items() >= {"type": "member.added", "rev": room.rev + 1, "member_count": 2}.items()
    assert joined["user"]["id"] == str(carol.pk)
    assert_no_holes(published, room)


def test_joining_twice_changes_nothing(alice: User, bob: User, published: Published) -> None:
    room = make_room(alice, bob, kind="public")
    with nothing_happens(published):
        answer = Api(bob).put(f"/rooms/{room.pk}/members/me")
    assert answer.status_code == 200
    assert answer.json()["room"]["rev"] == room.rev


def test_a_private_or_direct_room_does_not_exist_for_outsiders(
    alice: User, bob: User, carol: User, general: Room, published: Published
) -> None:
    direct = open_direct_room(actor=alice, user_ids=[bob.pk])[0].room
    with nothing_happens(published):
        answers = [Api(carol).put(f"/rooms/{room_id}/members/me") for room_id in (general.pk, direct.pk, 7)]
    assert [refusal(answer) for answer in answers] == [(404, "not_found")] * 3
    assert len({answer.content for answer in answers}) == 1


def test_an_archived_room_takes_nobody_in(alice: User, carol: User, published: Published) -> None:
    room = make_room(alice, kind="public")
    archive_room(actor=alice, room_id=room.pk, archived=True)
    with nothing_happens(published):
        assert refusal(Api(carol).put(f"/rooms/{room.pk}/members/me")) == (403, "room.archived")


def test_whoever_comes_back_is_an_ordinary_member_and_everything_before_is_read(alice: User, bob: User) -> None:
    room = make_room(alice, bob, kind="public")
    members.change_role(actor=alice, room_id=room.pk, user_id=bob.pk, role="moderator")
    leave_room(actor=bob, room_id=room.pk)
    sent = say(alice, room)
    entry = join_room(actor=bob, room_id=room.pk)
    assert entry.membership.role == "member"
    assert entry.membership.last_read_seq == sent.seq
    assert entry.membership.left_at is None
    assert entry.room.member_count == 2
    assert member(room, bob).pk == entry.membership.pk


def test_a_room_and_a_person_have_their_limits(alice: User, carol: User, monkeypatch: pytest.MonkeyPatch) -> None:
    room = make_room(alice, kind="public")
    monkeypatch.setattr(members, "MOST_MEMBERS", 1)
    assert refusal(Api(carol).put(f"/rooms/{room.pk}/members/me")) == (409, "limit.reached")
    monkeypatch.setattr(members, "MOST_MEMBERS", 9)
    monkeypatch.setattr(members, "MOST_ROOMS", 0)
    assert refusal(Api(carol).put(f"/rooms/{room.pk}/members/me")) == (409, "limit.reached")
    rev = room.rev
    room.refresh_from_db()
    assert room.rev == rev


def test_thirty_a_minute(alice: User, carol: User) -> None:
    room = make_room(alice, kind="public")
    with limited():
        answers = [Api(carol).put(f"/rooms/{room.pk}/members/me") for _ in range(31)]
        assert [answer.status_code for answer in answers] == [200] * 30 + [429]


def test_twenty_people_at_once_are_twenty_and_in_order(published: Published) -> None:
    room = make_room(make_user("alice"), kind="public")
    published.clear()
    people = [make_user(f"p{number}x") for number in range(20)]
    results = at_once([partial(join_room, actor=person, room_id=room.pk) for person in people])
    assert refusals(results) == []
    assert_no_holes(published, room)
    assert room.member_count == 21
    counts = {event["rev"]: event["member_count"] for event in told(published) if event["type"] == "member.added"}
    assert [counts[rev] for rev in sorted(counts)] == list(range(2, 22))


def test_one_person_on_eight_devices_at_once_joins_once(published: Published) -> None:
    room, carol = make_room(make_user("alice"), kind="public"), make_user("carol")
    published.clear()
    results = at_once([partial(join_room, actor=carol, room_id=room.pk)] * 8)
    assert refusals(results) == []
    assert published.types == ["room.added", "member.added"]
    assert_no_holes(published, room)
    assert room.member_count == 2


def test_whoever_comes_into_an_empty_room_owns_it(alice: User, bob: User) -> None:
    room = make_room(alice, kind="public")
    leave_room(actor=alice, room_id=room.pk)
    assert join_room(actor=bob, room_id=room.pk).membership.role == "owner"
    assert join_room(actor=alice, room_id=room.pk).membership.role == "member"
