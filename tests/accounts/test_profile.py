from collections.abc import Callable
from functools import partial

import pytest

from accounts.models import User
from accounts.services.profile import update_profile
from tests.accounts.browser import code
from tests.accounts.racing import at_once, refusals
from tests.clients import Api
from tests.conftest import Published
from tests.factories import make_user


def test_me_is_the_person_with_what_is_private(alice: User) -> None:
    response = Api(alice).get("/me")
    assert response["Cache-Control"] == "no-store"
    me = response.json()
    assert set(me) == {
        "id", "username", "display_name", "avatar_color", "avatar", "status_text", "role", "email", "suspended_at",
        "created_at",
    }  # fmt: skip
    assert me["created_at"].endswith("Z")
    assert me["id"] == str(alice.pk)


def test_a_change_is_saved_and_told(alice: User, published: Published) -> None:
    changes = {"display_name": " Alice  L. ", "avatar_color": "#ABCDEF", "status_text": "out"}
    response = Api(alice).patch("/me", changes)
    assert response.status_code == 200
    kept = {"display_name": "Alice L.", "avatar_color": "#abcdef", "status_text": "out"}
    assert response.json().items() >= kept.items()
    assert Api(alice).get("/me").json() == response.json()
    user = {field: response.json()[field] for field in ("id", "username", "avatar", "role")} | kept
    assert published.events == [{"type": "user.updated", "user": user}]
    assert published[0].topic == f"user.{alice.pk}"


def test_those_who_share_a_room_are_told_too(alice: User, published: Published) -> None:
    update_profile(actor=alice, status_text="out", rooms=[7, 8])
    assert published[0].rooms == [7, 8]


def test_the_address_is_nobody_elses_business(alice: User, published: Published) -> None:
    response = Api(alice).patch("/me", {"email": "Alice@New.example"})
    assert response.json()["email"] == "Alice@New.example"
    assert not published
    alice.refresh_from_db()
    assert alice.email_key == "alice@new.example"


@pytest.mark.parametrize("changes", [{}, {"display_name": "Alice"}, {"username": "ALICE"}])
def test_no_change_is_no_event(alice: User, published: Published, changes: dict[str, str]) -> None:
    assert Api(alice).patch("/me", changes).status_code == 200
    assert not published


def test_a_new_username_is_the_one_to_sign_in_with(alice: User) -> None:
    assert Api(alice).patch("/me", {"username": "Lissy"}).json()["username"] == "lissy"
    alice.refresh_from_db()
    assert alice.username_key == "lissy"
    assert alice.avatar_color == "#336699"


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [({"username": "b0b"}, "username.taken"), ({"email": "BOB@example.org"}, "email.taken")],
)
def test_what_belongs_to_somebody_else_is_taken(
    alice: User, bob: User, published: Published, changes: dict[str, str], refusal: str
) -> None:
    response = Api(alice).patch("/me", {"status_text": "hi", **changes})
    assert (response.status_code, code(response)) == (409, refusal)
    alice.refresh_from_db()
    assert (alice.username, alice.status_text) == ("alice", "")
    assert not published


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"display_name": ""}, "display_name"),
        ({"display_name": "\u200b"}, "display_name"),
        ({"display_name": None}, "display_name"),
        ({"avatar_color": "red"}, "avatar_color"),
        ({"avatar_color": "#12345g"}, "avatar_color"),
        ({"status_text": "x" * 101}, "status_text"),
        ({"status_text": "a\u202eb"}, "status_text"),
        ({"username": "me"}, "username"),
        ({"email": "x"}, "email"),
        ({"role": "admin"}, "role"),
        ({"suspended_at": None}, "suspended_at"),
        ({"password": "x"}, "password"),
        ({"id": "1"}, "id"),
        ({"username_key": "x"}, "username_key"),
    ],
)
def test_what_is_wrong_or_not_theirs_to_change_is_refused_by_name(
    alice: User, changes: dict[str, object], field: str
) -> None:
    before = User.objects.values().get(pk=alice.pk)
    client = Api(alice)
    response = client.patch("/me", changes)
    assert response.status_code == 400
    assert field in response.json()["error"]["fields"]
    assert User.objects.values().get(pk=alice.pk) | {"last_login": None} == before | {"last_login": None}


def test_strangers_have_no_profile(db: None) -> None:
    for response in (Api(None).get("/me"), Api(None).patch("/me", {})):
        assert (response.status_code, code(response)) == (401, "auth.required")


@pytest.mark.django_db(transaction=True)
def test_of_ten_who_want_one_name_at_once_one_gets_it() -> None:
    people = [make_user(f"person{number}") for number in range(10)]
    tries: list[Callable[[], User]] = [partial(update_profile, actor=user, username="grace") for user in people]
    assert refusals(at_once(tries)) == ["username.taken"] * 9
    assert User.objects.filter(username="grace").count() == 1
