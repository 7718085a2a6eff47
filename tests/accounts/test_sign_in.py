from collections.abc import Callable

import pytest
from pytest_django import Settings

from accounts.models import AuthSession, User
from accounts.services.passwords import reset_password
from accounts.services.sessions import open_session
from accounts.services.sign_in import check_credentials
from accounts.services.suspension import suspend_user
from core import clock
from core.errors import Unauthenticated
from core.limits import memory
from tests.accounts.browser import Browser, code
from tests.factories import PASSWORD, make_user
from tests.hashing import QuickBCryptHasher
from tests.limits import limited


@pytest.mark.parametrize("login", ["alice", "ALICE", " alice ", "alice@example.org", "Alice@Example.ORG", "аlice"])
def test_by_username_or_address_without_regard_to_case(alice: User, login: str) -> None:
    response = Browser().sign_in(login)
    assert response.status_code == 200
    assert response.json()["user"]["id"] == str(alice.pk)


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(alice: User, settings: Settings) -> None:
    settings.HTTPS = True
    cookie = Browser().sign_in("alice").cookies["chatflow_refresh"]
    assert cookie["httponly"]
    assert cookie["secure"]
    assert (cookie["samesite"], cookie["path"]) == ("Strict", "/api/v1/auth/")
    assert cookie["max-age"] == 14 * 86400


def test_only_hashes_of_the_refresh_token_are_kept(alice: User) -> None:
    browser = Browser()
    browser.sign_in("alice")
    row = AuthSession.objects.values().get()
    assert browser.cookie not in map(str, row.values())
    assert row["user_id"] == alice.pk


def test_unknown_account_and_wrong_password_are_answered_alike(alice: User) -> None:
    wrong, unknown = Browser().sign_in("alice", "wrong password"), Browser().sign_in("nobody", "wrong password")
    address = Browser().sign_in("nobody@example.org", "wrong password")
    assert wrong.status_code == unknown.status_code == address.status_code == 401
    assert wrong.content == unknown.content == address.content
    assert code(wrong) == "auth.credentials"
    assert dict(wrong.headers) == dict(unknown.headers)


@pytest.mark.parametrize("login", ["alice", "nobody", "nobody@example.org"])
def test_and_for_the_same_work(login: str, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """The hash is nearly all of the time; it is made once, whether there is something to compare it with or not."""
    made: list[str] = []
    monkeypatch.setattr(QuickBCryptHasher, "encode", counting(QuickBCryptHasher.encode, made))
    with pytest.raises(Unauthenticated):
        check_credentials(login=login, password="wrong password", ip="")
    assert made == ["wrong password"]


def counting(encode: Callable[..., str], made: list[str]) -> Callable[..., str]:
    def counted(hasher: object, password: str, *rest: object) -> str:
        made.append(password)
        return encode(hasher, password, *rest)

    return counted


def test_a_suspended_account_is_told_apart_only_with_its_password(alice: User) -> None:
    suspend_user(user=alice)
    right, wrong = Browser().sign_in("alice"), Browser().sign_in("alice", "wrong password")
    assert (right.status_code, code(right)) == (403, "user.suspended")
    assert (wrong.status_code, code(wrong)) == (401, "auth.credentials")


def test_an_inactive_account_does_not_get_in(db: None) -> None:
    make_user("gone", is_active=False)
    assert code(Browser().sign_in("gone")) == "user.suspended"


@pytest.mark.parametrize(
    "body",
    [
        {}, {"login": "alice"}, {"login": "alice", "password": {"$ne": None}}, {"login": ["alice"], "password": "x"},
        {"login": "alice", "password": PASSWORD, "extra": 1}, {"login": "a" * 255, "password": "x"},
        {"login": "alice", "password": ""}, {"login": "a\u0000", "password": "x"},
    ],
)  # fmt: skip
def test_malformed_bodies_are_invalid(alice: User, body: dict[str, object]) -> None:
    response = Browser().post("/auth/sign-in", body)
    assert (response.status_code, code(response)) == (400, "invalid")


@pytest.mark.parametrize("login", ["%", "' OR 1=1 --", "\u3164", "@", "🙂"])
def test_odd_names_are_just_unknown(alice: User, login: str) -> None:
    assert code(Browser().sign_in(login)) == "auth.credentials"


def test_five_guesses_at_an_account_from_anywhere(alice: User, settings: Settings) -> None:
    settings.RATE_LIMITS = True
    memory.clear()
    browser = Browser()
    codes = [_guess(browser, "alice", f"10.0.0.{number}") for number in range(7)]
    assert codes == ["auth.credentials"] * 5 + ["rate_limited"] * 2
    assert _guess(browser, "ALICE", "10.9.9.9") == "rate_limited"
    assert _guess(browser, "nobody", "10.9.9.9") == "auth.credentials"
    memory.clear()


def test_right_passwords_use_nothing_up(alice: User) -> None:
    browser = Browser()
    with limited():
        statuses = {browser.sign_in("alice").status_code for _ in range(25)}
    assert statuses == {200}


def test_twenty_guesses_from_one_network_at_anybody(alice: User, settings: Settings) -> None:
    settings.RATE_LIMITS = True
    memory.clear()
    browser = Browser()
    codes = [_guess(browser, f"someone{number}", f"2001:db8::{number}") for number in range(21)]
    assert codes == ["auth.credentials"] * 20 + ["rate_limited"]
    memory.clear()


def _guess(browser: Browser, login: str, ip: str) -> str:
    body = {"login": login, "password": "wrong password"}
    return code(browser.http.post("/api/v1/auth/sign-in", body, "application/json", REMOTE_ADDR=ip))


def test_a_sign_in_under_way_does_not_outlive_a_change_of_password(alice: User) -> None:
    checked = check_credentials(login="alice", password=PASSWORD, ip="")
    reset_password(user=alice, new_password="another good password")
    with pytest.raises(Unauthenticated):
        open_session(user=checked)


def test_a_sign_in_under_way_does_not_outlive_a_suspension(alice: User) -> None:
    checked = check_credentials(login="alice", password=PASSWORD, ip="")
    suspend_user(user=alice)
    with pytest.raises(Unauthenticated):
        open_session(user=checked)


def test_signing_in_sweeps_up_ones_own_expired_sessions(alice: User, bob: User) -> None:
    for user in (alice, bob):
        open_session(user=user)
    AuthSession.objects.update(expires_at=clock.now())
    open_session(user=alice)
    assert AuthSession.objects.filter(user=alice).count() == 1
    assert AuthSession.objects.filter(user=bob).count() == 1
