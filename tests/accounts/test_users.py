from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from core.limits import memory
from tests.accounts.browser import code
from tests.clients import Api
from tests.factories import make_user


def _names(client: Api, **query: Any) -> list[str]:
    return [user["username"] for user in client.get("/users", query).json()["results"]]


def test_people_are_listed_by_name_without_what_is_private(alice: User, bob: User) -> None:
    response = Api(alice).get("/users")
    assert response["Cache-Control"] == "no-store"
    answer = response.json()
    assert [user["username"] for user in answer["results"]] == ["alice", "bob"]
    public = {"id", "username", "display_name", "avatar", "avatar_color", "status_text", "role"}
    assert set(answer["results"][1]) == public
    assert answer["next"] is None


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("arn", ["arnold"]),
        ("ARN", ["arnold"]),
        ("lovelace", ["zed"]),
        ("Ada L", ["zed"]),
        ("nold", ["arnold"]),
        ("%", []),
        ("_", []),
        ("\u200b", ["alice", "arnold", "zed"]),
        ("", ["alice", "arnold", "zed"]),
    ],
)
def test_by_the_beginning_of_the_username_or_part_of_the_display_name(alice: User, q: str, found: list[str]) -> None:
    make_user("arnold")
    make_user("zed", display_name="Ada Lovelace")
    assert _names(Api(alice), q=q) == found


def test_pages_show_everybody_once(alice: User) -> None:
    for number in range(12):
        make_user(f"n{number:02}")
    client, seen, cursor = Api(alice), [], ""
    while True:
        page = client.get("/users", {"limit": 5, "cursor": cursor}).json()
        seen += [user["username"] for user in page["results"]]
        if not (cursor := page["next"]):
            break
    assert seen == ["alice", *(f"n{number:02}" for number in range(12))]


def test_the_suspended_and_gone_are_not_offered_but_can_be_looked_up(alice: User, bob: User) -> None:
    gone = make_user("gone", is_active=False)
    User.objects.filter(pk=bob.pk).update(suspended_at=bob.created_at)
    client = Api(alice)
    assert _names(client) == ["alice"]
    for user in (bob, gone):
        response = client.get(f"/users/{user.pk}")
        assert response.json()["username"] == user.username
        assert "suspended_at" not in response.json()


@pytest.mark.parametrize("user_id", ["7", "x", "-1", "9" * 19, "9" * 40, "٣", "0x1", "1.0"])
def test_who_is_not_there_is_not_found(alice: User, user_id: str) -> None:
    response = Api(alice).get(f"/users/{user_id}")
    assert (response.status_code, code(response)) == (404, "not_found")


@pytest.mark.parametrize(
    "query",
    [
        {"q": "x" * 65}, {"q": "\u0000"}, {"cursor": "junk"}, {"cursor": "WzFd"}, {"cursor": "é"}, {"limit": 0},
        {"limit": 101}, {"limit": "x"}, {"order_by": "password"}, {"password__startswith": "b"}, {"q": ["a", "b"]},
    ],
)  # fmt: skip
def test_odd_queries_are_refused(alice: User, query: dict[str, object]) -> None:
    response = Api(alice).get("/users", query)
    assert (response.status_code, code(response)) == (400, "invalid")


def test_sixty_searches_a_minute(alice: User, settings: Settings) -> None:
    settings.RATE_LIMITS = True
    memory.clear()
    client = Api(alice)
    statuses = [client.get("/users").status_code for _ in range(61)]
    assert statuses == [200] * 60 + [429]
    memory.clear()


def test_a_page_is_one_query(alice: User, bob: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    client = Api(alice)
    with django_assert_num_queries(3):  # session, person, page
        client.get("/users", {"q": "b"})


@pytest.mark.parametrize("path", ["/users", "/users/1"])
def test_strangers_see_nobody(db: None, path: str) -> None:
    response = Api(None).get(path)
    assert (response.status_code, code(response)) == (401, "auth.required")
