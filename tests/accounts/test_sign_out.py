import pytest

from accounts.models import User
from accounts.services.sessions import live_session, open_session
from core.errors import Unauthenticated
from tests.accounts.browser import Browser, code
from tests.conftest import Published


def test_signing_out_ends_this_sign_in_and_takes_the_cookie_back(alice: User, published: Published) -> None:
    here, there = Browser(), Browser()
    session_id = here.sign_in("alice").json()["session_id"]
    there.sign_in("alice")
    response = here.post("/auth/sign-out")
    assert response.status_code == 204
    assert response.cookies["chatflow_refresh"].value == ""
    assert response.cookies["chatflow_refresh"]["path"] == "/api/v1/auth/"
    assert code(here.get("/me")) == "auth.invalid"
    assert there.get("/me").status_code == 200
    assert published.types == ["session.revoked"]
    assert (published[0].topic, published[0].ends) == (f"user.{alice.pk}", [int(session_id)])


def test_its_refresh_token_is_worth_nothing_any_more(alice: User) -> None:
    browser = Browser()
    browser.sign_in("alice")
    kept = browser.cookie
    browser.post("/auth/sign-out")
    browser.cookie, browser.access = kept, ""
    response = browser.refresh()
    assert (response.status_code, code(response)) == (401, "auth.invalid")


def test_signing_out_everywhere_ends_all_of_ones_own(alice: User, bob: User, published: Published) -> None:
    mine = [open_session(user=alice).session.pk for _ in range(3)]
    other = open_session(user=bob).session.pk
    browser = Browser()
    mine.append(int(browser.sign_in("alice").json()["session_id"]))
    assert browser.post("/auth/sign-out-everywhere").status_code == 204
    for session_id in mine:
        with pytest.raises(Unauthenticated):
            live_session(session_id)
    assert live_session(other)
    assert [(envelope.topic, sorted(envelope.ends)) for envelope in published] == [(f"user.{alice.pk}", sorted(mine))]


@pytest.mark.parametrize("path", ["/auth/sign-out", "/auth/sign-out-everywhere"])
def test_strangers_have_nothing_to_sign_out_of(db: None, path: str) -> None:
    response = Browser().post(path)
    assert (response.status_code, code(response)) == (401, "auth.required")
