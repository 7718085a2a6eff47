import json

from accounts.models import User
from rooms.models import Room
from rooms.services.members import leave_room, remove_member
from rooms.services.rooms import open_direct_room
from tests.clients import Api, refusal
from tests.factories import make_room
from tests.statements import statements


def test_everybody_sees_the_rooms_they_are_in_and_no_others(alice: User, bob: User, carol: User, general: Room) -> None:
    public = make_room(carol, kind="public")
    listed = Api(bob).get("/rooms").json()
    assert [entry["room"]["id"] for entry in listed["results"]] == [str(general.pk)]
    assert listed["results"][0]["membership"]["role"] == "member"
    assert listed["users"] == []
    assert listed["next"] is None
    assert [entry["room"]["id"] for entry in Api(carol).get("/rooms").json()["results"]] == [str(public.pk)]


def test_the_people_of_direct_rooms_come_along(alice: User, bob: User) -> None:
    open_direct_room(actor=alice, user_ids=[bob.pk])
    listed = Api(bob).get("/rooms").json()
    assert sorted(listed["results"][0]["room"]["participants"]) == sorted([str(alice.pk), str(bob.pk)])
    assert sorted(user["username"] for user in listed["users"]) == ["alice", "bob"]


def test_a_room_that_was_left_is_gone_from_the_list(alice: User, bob: User, mod: User) -> None:
    room = make_room(alice, bob, mod)
    leave_room(actor=bob, room_id=room.pk)
    remove_member(actor=alice, room_id=room.pk, user_id=mod.pk)
    for person in (bob, mod):
        assert Api(person).get("/rooms").json()["results"] == []
        assert refusal(Api(person).get(f"/rooms/{room.pk}")) == (404, "not_found")


def test_a_private_room_does_not_exist_for_outsiders_whatever_their_rank(
    carol: User, mod: User, admin: User, general: Room
) -> None:
    assert Room.objects.filter(pk=general.pk).exists()
    for person in (carol, mod, admin):
        there, nowhere = Api(person).get(f"/rooms/{general.pk}"), Api(person).get("/rooms/1234567890")
        assert refusal(there) == (404, "not_found")
        assert there.content == nowhere.content


def test_ids_are_strings_and_numbers_are_numbers(alice: User, general: Room) -> None:
    entry = json.loads(Api(alice).get(f"/rooms/{general.pk}").content)
    assert entry["room"]["id"] == str(general.pk)
    assert isinstance(entry["room"]["rev"], int)
    assert set(entry["room"]["capabilities"]) == {"member", "moderator", "owner"}


def test_the_list_costs_the_same_for_one_room_and_for_twenty(alice: User) -> None:
    api = Api(alice)
    make_room(alice)
    api.get("/rooms")  # the sign-in is remembered from here on
    with statements() as one:
        api.get("/rooms")
    for _ in range(19):
        make_room(alice)
    with statements() as twenty:
        api.get("/rooms")
    assert len(one) == len(twenty) <= 3  # memberships, rooms, people of direct rooms
