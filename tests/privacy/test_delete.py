"""The end of an account: at once for the person; their name, their rooms and what they said as they chose."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AuthSession, Block, FormerName, Role, User
from core.audit import Action
from messaging.models import Kept, Message
from messaging.services.changing import edit_message
from privacy.models import Deletion
from privacy.services.deleting import delete_account, resume_deletions
from rooms.models import Membership, Room
from rooms.services.blocking import block_person
from rooms.services.members import change_role
from rooms.services.rooms import open_direct_room
from tests.accounts.racing import at_once, refusals
from tests.clients import Api, refusal, wrong_fields
from tests.conftest import Published
from tests.factories import PASSWORD, make_room, make_user, member, say
from tests.jobs import Jobs
from tests.limits import limited
from tests.moderation.deciding import entries
from tests.order import nothing_happens, told

pytestmark = pytest.mark.django_db(transaction=True)


def _delete(user: User, messages: str = "anonymise", password: str = PASSWORD) -> Any:
    return Api(user).delete("/me/account", {"password": password, "messages": messages})


def test_from_that_moment_nobody_is_in_by_it(bob: User, general: Room, published: Published) -> None:
    api = Api(bob)
    session = AuthSession.objects.get(user=bob).pk
    assert api.delete("/me/account", {"password": PASSWORD, "messages": "keep"}).status_code == 204
    assert api.get("/me").status_code in (401, 403)
    ends = [ended for envelope in published for ended in envelope.ends]
    assert session in ends
    answer = Api(None).post("/auth/sign-in", {"login": "bob", "password": PASSWORD})
    assert answer.status_code == 401
    person = User.objects.get(pk=bob.pk)
    assert (person.email, person.is_active) == (f"{bob.pk}@deleted.invalid", False)


def test_without_the_password_nothing_happens(bob: User, general: Room, published: Published) -> None:
    with nothing_happens(published):
        assert wrong_fields(_delete(bob, password="a wrong password")) == {"password"}
        assert wrong_fields(_delete(bob, messages="burn")) == {"messages"}
    assert User.objects.get(pk=bob.pk).is_active


def test_the_password_cannot_be_guessed_here(bob: User) -> None:
    with limited():
        assert [_delete(bob, password="wrong").status_code for _ in range(6)] == [400] * 5 + [429]


def test_anonymised_they_are_a_deleted_person_to_everybody(
    alice: User, bob: User, general: Room, jobs: Jobs, published: Published
) -> None:
    said = say(bob, general, "stays")
    published.clear()
    _delete(bob)
    (changed,) = [event for event in told(published) if event["type"] == "user.updated"]
    assert changed["user"]["display_name"] == "Deleted person"
    jobs.run()
    page = Api(alice).get(f"/rooms/{general.pk}/messages").json()
    assert [message["text"] for message in page["messages"]] == ["stays"]
    assert page["messages"][0]["id"] == said.id
    assert {user["display_name"] for user in page["users"]} == {"Deleted person"}
    assert "bob" not in str(page).lower().replace("bob's", "")


def test_kept_they_stay_under_the_name(alice: User, bob: User, general: Room, jobs: Jobs) -> None:
    say(bob, general, "stays")
    _delete(bob, "keep")
    jobs.run()
    page = Api(alice).get(f"/rooms/{general.pk}/messages").json()
    assert [user["display_name"] for user in page["users"]] == ["Bob"]


def test_deleted_their_messages_go_with_a_rev_each_and_out_of_the_vault(
    alice: User, bob: User, general: Room, jobs: Jobs, published: Published
) -> None:
    said = [say(bob, general, f"secret {number}") for number in range(3)]
    edit_message(actor=bob, message_id=int(said[0].id), text="another secret")
    say(alice, general, "mine stays", reply_to=int(said[1].id))
    _delete(bob, "delete")
    published.clear()
    jobs.run()
    gone = [event for event in told(published) if event["type"] == "message.deleted"]
    assert sorted(event["message"]["id"] for event in gone) == sorted(message.id for message in said)
    revs = [event["rev"] for event in told(published) if "rev" in event]
    assert revs == list(range(revs[0], revs[0] + len(revs)))
    assert not Message.objects.filter(text__contains="secret").exists()
    assert not Kept.objects.exists()
    assert Message.objects.filter(text="mine stays").exists()


def test_rooms_go_on_and_one_without_an_owner_gets_one(alice: User, bob: User, general: Room, jobs: Jobs) -> None:
    carl = make_user("carl")
    room = make_room(alice, bob, carl)
    change_role(actor=alice, room_id=room.pk, user_id=carl.pk, role="moderator")
    _delete(alice)
    jobs.run()
    assert [member(room, person).role for person in (bob, carl)] == ["member", "owner"]
    assert member(general, bob).role == "owner"
    room.refresh_from_db()
    assert (room.member_count, Membership.objects.filter(room=room, left_at=None).count()) == (2, 2)


def test_a_direct_conversation_stays_readable_and_closed(
    alice: User, bob: User, jobs: Jobs, published: Published
) -> None:
    room = open_direct_room(actor=alice, user_ids=[bob.pk])[0].room
    say(bob, room, "remember me")
    _delete(bob)
    jobs.run()
    assert Api(alice).get(f"/rooms/{room.pk}/messages").json()["messages"][0]["text"] == "remember me"
    with nothing_happens(published):
        key = "7f0d5c8e-2f43-4d0e-9a3b-0c6a5d1e2b10"
        answer = Api(alice).post(f"/rooms/{room.pk}/messages", {"client_id": key, "text": "hello?"})
    assert refusal(answer) == (403, "user.deleted")
    assert refusal(Api(alice).post("/rooms/direct", {"user_ids": [str(make_user("x1").pk), str(bob.pk)]})) == (
        404,
        "not_found",
    )


@pytest.mark.parametrize("fate", ["keep", "anonymise"])
def test_nobody_can_have_the_name_again(fate: str, bob: User, jobs: Jobs) -> None:
    _delete(bob, fate)
    jobs.run()
    for name in ("bob", "B0B"):
        body = {"username": name, "email": f"{name}@new.example", "password": PASSWORD}
        assert refusal(Api(None).post("/auth/register", body)) == (409, "username.taken")
    assert refusal(Api(make_user("other")).patch("/me", {"username": "bob"})) == (409, "username.taken")
    assert FormerName.objects.get().digest != "bob"
    mail = {"username": "robert", "email": "bob@example.org", "password": PASSWORD}
    assert Api(None).post("/auth/register", mail).status_code == 201


def test_what_only_they_had_is_gone(alice: User, bob: User, general: Room, jobs: Jobs) -> None:
    Api(bob)
    block_person(actor=bob, user_id=alice.pk)
    block_person(actor=alice, user_id=bob.pk)
    delete_account(actor_id=0, user=bob, messages="keep")
    jobs.run()
    assert not AuthSession.objects.filter(user=bob).exists()
    assert not Block.objects.exists()
    assert Deletion.objects.get().done_at is not None


def test_the_last_administrator_stays(admin: User, published: Published) -> None:
    with nothing_happens(published):
        assert refusal(_delete(admin)) == (403, "user.last_admin")
    make_user("second", role=Role.ADMIN)
    assert _delete(admin).status_code == 204


def test_of_two_administrators_who_go_at_once_one_stays() -> None:
    for number in range(4):
        User.objects.all().delete()
        pair = [make_user(f"admin{number}{side}", role=Role.ADMIN) for side in "ab"]

        def go(person: User) -> None:
            delete_account(actor_id=person.pk, user=person, messages="keep")

        assert refusals(at_once([lambda person=person: go(person) for person in pair])) == ["user.last_admin"]  # type: ignore[misc]
        assert User.objects.filter(role=Role.ADMIN, is_active=True).count() == 1


def test_a_killed_job_is_found_and_done_again(bob: User, general: Room, jobs: Jobs) -> None:
    say(bob, general)
    _delete(bob, "delete")
    jobs._kept.clear()  # the process was killed between commit and queue
    resume_deletions()
    jobs.run()
    resume_deletions()
    assert jobs.run() == 0
    assert Message.objects.get().deleted_at is not None


def test_it_is_recorded_by_whom(bob: User) -> None:
    _delete(bob)
    (entry,) = entries(Action.ACCOUNT_DELETED)
    assert (entry.actor_id, entry.subject_id, entry.change) == (bob.pk, bob.pk, '{"messages":"anonymise"}')


def test_the_command_does_the_same(alice: User, bob: User, admin: User, general: Room) -> None:
    say(bob, general)
    call_command("delete_person", "bob", messages="delete")
    assert Message.objects.get().deleted_at is not None
    assert not User.objects.get(pk=bob.pk).is_active
    with pytest.raises(CommandError, match="nobody called"):
        call_command("delete_person", "bob", messages="keep")
    with pytest.raises(CommandError, match="last administrator"):
        call_command("delete_person", "root", messages="keep")
