from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from pytest_django import Settings

from accounts.models import Pausable, Role, User
from accounts.services.pauses import paused_until
from accounts.services.registration import register
from core.limits import memory
from tests.accounts.browser import Browser, code
from tests.accounts.racing import at_once, refusals
from tests.factories import PASSWORD
from tests.statements import statements

Ada = {"username": "Ada", "email": "ada@example.org", "password": PASSWORD}
pytestmark = pytest.mark.django_db


def test_whoever_registers_is_signed_in() -> None:
    browser = Browser()
    response = browser.post("/auth/register", Ada)
    assert response.status_code == 201
    answer = response.json()
    assert answer["user"].items() >= {
        "username": "ada", "display_name": "Ada", "email": "ada@example.org", "role": "user", "suspended_at": None,
        "status_text": "",
    }.items()  # fmt: skip
    assert answer["expires_in"] == 600
    assert "refresh" not in answer
    assert response["Cache-Control"] == "no-store"
    assert browser.get("/me").json() == answer["user"]
    assert browser.refresh().status_code == 200


def test_a_native_client_gets_its_refresh_token_in_the_body_and_no_cookie() -> None:
    response = Browser().post("/auth/register", {**Ada, "client": "native"})
    assert response.json()["refresh"]
    assert not response.cookies


def test_the_password_is_kept_as_a_bcrypt_hash() -> None:
    Browser().post("/auth/register", Ada)
    assert User.objects.get().password.startswith("bcrypt_sha256$")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"username": "a"}, "username"),
        ({"username": "me"}, "username"),
        ({"username": 7}, "username"),
        ({"email": "nope"}, "email"),
        ({"password": "short"}, "password"),
        ({"password": "password123"}, "password"),
        ({"password": "ada@example.org"}, "password"),
        ({"password": "x" * 129}, "password"),
        ({"password": {"$ne": None}}, "password"),
        ({"display_name": "a\u202eb"}, "display_name"),
        ({"role": "admin"}, "role"),
        ({"is_staff": True}, "is_staff"),
        ({"id": "1"}, "id"),
        ({"client": "other"}, "client"),
    ],
)
def test_what_is_wrong_or_not_theirs_to_choose_is_refused_by_name(change: dict[str, Any], field: str) -> None:
    response = Browser().post("/auth/register", {**Ada, **change})
    assert response.status_code == 400
    assert code(response) == "invalid"
    assert field in response.json()["error"]["fields"]
    assert not User.objects.exists()


@pytest.mark.parametrize("name", ["bob", "BOB", "b0b", "ｂｏｂ"])
def test_a_name_that_looks_like_another_is_taken(bob: User, name: str) -> None:
    response = Browser().post("/auth/register", {**Ada, "username": name})
    assert (response.status_code, code(response)) == (409, "username.taken")


@pytest.mark.parametrize("address", ["bob@example.org", "BOB@example.org", "ｂob@example.org"])
def test_an_address_is_taken_without_regard_to_case(bob: User, address: str) -> None:
    response = Browser().post("/auth/register", {**Ada, "email": address})
    assert (response.status_code, code(response)) == (409, "email.taken")


def test_a_closed_site_registers_nobody(settings: Settings) -> None:
    settings.REGISTRATION_OPEN = False
    response = Browser().post("/auth/register", Ada)
    assert (response.status_code, code(response)) == (403, "registration.closed")
    assert not User.objects.exists()


def test_twenty_registrations_an_hour_from_one_network(settings: Settings) -> None:
    settings.RATE_LIMITS = True
    memory.clear()
    for number in range(20):
        register(username=f"n{number}", email=f"n{number}@example.org", password=PASSWORD, ip=f"2001:db8::{number}")
    response = Browser().http.post("/api/v1/auth/register", Ada, "application/json", REMOTE_ADDR="2001:db8::ffff")
    assert (response.status_code, code(response)) == (429, "rate_limited")
    assert int(response["Retry-After"]) > 60
    memory.clear()


def test_an_expired_token_in_the_header_is_no_hindrance() -> None:
    browser = Browser()
    browser.access = "junk"
    assert browser.post("/auth/register", Ada).status_code == 201


def test_nothing_is_asked_before_the_row_is_written() -> None:
    paused_until(Pausable.SIGN_UPS)  # read once in a while
    with statements() as asked:
        register(username="ada", email="ada@example.org", password=PASSWORD, ip="")
    assert asked[0].lower().startswith("insert")
    assert len(asked) == 2  # and whether somebody who is gone had the name


@pytest.mark.django_db(transaction=True)
def test_of_twenty_at_once_one_gets_the_name() -> None:
    tries: list[Callable[[], User]] = [
        partial(register, username=name, email=f"r{number}@example.org", password=PASSWORD, ip="")
        for number, name in enumerate(["ada", "ADA"] * 10)
    ]
    results = at_once(tries)
    assert refusals(results) == ["username.taken"] * 19
    assert User.objects.get().role == Role.USER
