from collections.abc import Callable
from functools import partial

import pytest
from pytest_django import Settings

from accounts.models import Role, Setup, User
from accounts.services.setup import ensure_admin_from_environment, set_up, setup_needed
from core.errors import Invalid
from tests.accounts.browser import Browser, code
from tests.accounts.racing import at_once, refusals
from tests.clients import Api
from tests.factories import PASSWORD, make_user

FIRST = {"username": "Root", "email": "root@example.org", "password": PASSWORD}
pytestmark = pytest.mark.django_db


def test_the_first_visitor_becomes_the_administrator(settings: Settings) -> None:
    settings.REGISTRATION_OPEN = False
    assert Api(None).get("/setup").json() == {"needed": True}
    browser = Browser()
    response = browser.post("/setup", FIRST)
    assert response.status_code == 200
    assert response.json()["user"]["role"] == "admin"
    assert response.json()["access"]
    assert browser.refresh().status_code == 200
    assert Api(None).get("/setup").json() == {"needed": False}


def test_the_second_does_not() -> None:
    Browser().post("/setup", FIRST)
    response = Browser().post("/setup", {"username": "eve", "email": "eve@example.org", "password": PASSWORD})
    assert (response.status_code, code(response)) == (403, "setup.done")
    assert User.objects.count() == 1


def test_an_administrator_made_on_the_command_line_closes_it_too() -> None:
    User.objects.create_superuser("Root", "root@example.org", PASSWORD)
    assert not setup_needed()
    assert code(Browser().post("/setup", {**FIRST, "username": "eve", "email": "e@example.org"})) == "setup.done"
    assert Browser().sign_in("root").json()["user"]["role"] == "admin"


def test_what_is_wrong_leaves_it_open(bob: User) -> None:
    assert Browser().post("/setup", {**FIRST, "password": "short"}).status_code == 400
    assert code(Browser().post("/setup", {**FIRST, "username": "b0b"})) == "username.taken"
    assert setup_needed()
    assert not Setup.objects.exists()
    assert Browser().post("/setup", FIRST).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_of_twenty_at_once_one_becomes_it() -> None:
    tries: list[Callable[[], User]] = [
        partial(set_up, username=f"admin{number}", email=f"a{number}@example.org", password=PASSWORD)
        for number in range(20)
    ]
    assert refusals(at_once(tries)) == ["setup.done"] * 19
    assert User.objects.filter(role=Role.ADMIN).count() == 1


def test_the_environment_makes_one_once() -> None:
    made = ensure_admin_from_environment(email="root@example.org", password=PASSWORD)
    assert made is not None
    assert (made.username, made.role) == ("admin", "admin")
    assert ensure_admin_from_environment(email="root@example.org", password=PASSWORD) is None
    assert ensure_admin_from_environment(email="other@example.org", password=PASSWORD, username="other") is None
    assert User.objects.count() == 1


def test_the_environment_must_say_both_and_say_them_well() -> None:
    assert ensure_admin_from_environment(email="", password=PASSWORD) is None
    assert ensure_admin_from_environment(email="root@example.org", password="") is None
    with pytest.raises(Invalid):
        ensure_admin_from_environment(email="root@example.org", password="short")
    assert setup_needed()


def test_people_who_registered_before_do_not_close_it() -> None:
    make_user("early")
    assert setup_needed()
