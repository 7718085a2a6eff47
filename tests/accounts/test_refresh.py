import threading
from collections.abc import Callable
from functools import partial

import pytest
import time_machine
from django.db import connection
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import AuthSession, User
from accounts.services import sessions
from accounts.services.sessions import SignedIn, end_all, live_session, open_session, rotate
from accounts.services.suspension import suspend_user
from accounts.tokens import first_refresh, next_refresh
from core.errors import AppError, Forbidden, Unauthenticated
from core.limits import memory
from tests.accounts.browser import Browser, code
from tests.accounts.racing import at_once, refusals
from tests.clients import Api
from tests.conftest import Published
from tests.factories import make_user

NOW = 1_800_000_000


def _after(seconds: float) -> time_machine.travel:
    return time_machine.travel(NOW + seconds, tick=False)


def _refused(refresh: str) -> str:
    with pytest.raises(AppError) as refusal:
        rotate(refresh=refresh)
    return refusal.value.code


def test_it_gives_a_new_access_token_and_turns_the_cookie(alice: User) -> None:
    browser = Browser()
    browser.sign_in("alice")
    before = browser.cookie
    response = browser.refresh()
    assert response.status_code == 200
    assert response.json()["user"]["username"] == "alice"
    assert response["Cache-Control"] == "no-store"
    assert browser.cookie != before
    assert browser.get("/me").status_code == 200


def test_a_native_client_refreshes_in_the_body(alice: User) -> None:
    client = Browser()
    refresh = client.sign_in("alice", client="native").json()["refresh"]
    response = client.post("/auth/refresh", {"refresh": refresh})
    assert response.status_code == 200
    assert response.json()["refresh"] != refresh
    assert not response.cookies


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-ChatFlow": "0"},
        {"X-ChatFlow": "1", "Origin": "https://evil.example"},
        {"X-ChatFlow": "1", "Origin": "null"},
    ],
)
def test_another_site_cannot_refresh_with_the_cookie(alice: User, headers: dict[str, str]) -> None:
    browser = Browser()
    browser.sign_in("alice")
    response = browser.post("/auth/refresh", **headers)
    assert (response.status_code, code(response)) == (403, "csrf")


@pytest.mark.parametrize("origin", ["http://testserver", "https://chat.example.org"])
def test_the_site_itself_can(alice: User, settings: Settings, origin: str) -> None:
    settings.TRUSTED_ORIGINS = ["https://chat.example.org"]
    browser = Browser()
    browser.sign_in("alice")
    assert browser.refresh(Origin=origin).status_code == 200


def test_without_a_cookie_one_has_to_sign_in(db: None) -> None:
    response = Browser().refresh()
    assert (response.status_code, code(response)) == (401, "auth.required")


@pytest.mark.parametrize(
    "junk", ["", "x", "1.2.3", "..", "1..", "\u0000", "é.é.é", "9" * 300, "1.a.b.c", "-1.a.b", "٣.a.b"]
)
def test_invented_tokens_are_invalid_and_end_nothing(alice: User, junk: str) -> None:
    signed_in = open_session(user=alice)
    assert _refused(junk) == "auth.invalid"
    assert _refused(f"{signed_in.session.pk}.{junk}.{junk}") == "auth.invalid"
    assert live_session(signed_in.session.pk)


def test_a_token_of_ours_for_a_session_that_is_not_there_is_invalid(db: None) -> None:
    assert _refused(first_refresh(7)) == "auth.invalid"


def test_an_access_token_is_no_refresh_token(alice: User) -> None:
    assert _refused(open_session(user=alice).access) == "auth.invalid"


def test_the_token_before_holds_for_a_moment_and_gives_the_same_new_one(alice: User) -> None:
    with _after(0):
        first = open_session(user=alice).refresh
        second = rotate(refresh=first).refresh
    with _after(19):
        assert rotate(refresh=first).refresh == second
        assert rotate(refresh=second).refresh == second  # no second turn while another tab may still get this one
    with _after(21):
        third = rotate(refresh=second).refresh
        assert third not in (first, second)
        assert rotate(refresh=second).refresh == third


def test_an_old_token_that_comes_back_ends_the_session(alice: User, published: Published) -> None:
    with _after(0):
        signed_in = open_session(user=alice)
        second = rotate(refresh=signed_in.refresh).refresh
    with _after(21):
        assert _refused(signed_in.refresh) == "auth.reused"
        assert _refused(second) == "auth.invalid"
        with pytest.raises(Unauthenticated):
            live_session(signed_in.session.pk)
    assert published.types == ["session.revoked"]
    assert published[0].ends == [signed_in.session.pk]


def test_so_does_one_from_long_ago(alice: User) -> None:
    with _after(0):
        signed_in = open_session(user=alice)
    refresh = signed_in.refresh
    for minute in range(1, 5):
        with _after(minute * 60):
            refresh = rotate(refresh=refresh).refresh
    with _after(245):
        assert _refused(signed_in.refresh) == "auth.reused"
        assert _refused(refresh) == "auth.invalid"


def test_an_answer_that_got_lost_is_given_again(alice: User) -> None:
    browser = Browser()
    browser.sign_in("alice")
    before = browser.cookie
    browser.refresh()
    after, browser.cookie = browser.cookie, before  # the Set-Cookie never arrived
    assert browser.refresh().status_code == 200
    assert browser.cookie == after


def test_it_ends_when_unused_and_at_last_in_any_case(alice: User, settings: Settings) -> None:
    day = 86_400
    with _after(0):
        idle, used = open_session(user=alice).refresh, open_session(user=alice).refresh
    for days in range(10, 60, 10):
        with _after(days * day):
            used = rotate(refresh=used).refresh
    with _after(14 * day + 1):
        assert _refused(idle) == "auth.invalid"
    with _after(59.9 * day):
        used = rotate(refresh=used).refresh
    with _after(60 * day + 1):
        assert _refused(used) == "auth.invalid"


def test_the_suspended_are_told_so(alice: User) -> None:
    refresh = open_session(user=alice).refresh
    suspend_user(user=alice)
    with pytest.raises(Forbidden, match=r"user\.suspended"):
        rotate(refresh=refresh)


def test_a_deleted_persons_token_is_invalid(alice: User) -> None:
    refresh = open_session(user=alice).refresh
    alice.delete()
    assert _refused(refresh) == "auth.invalid"


def test_sixty_a_minute_from_one_network(alice: User, settings: Settings) -> None:
    settings.RATE_LIMITS = True
    memory.clear()
    codes = [code(Browser().refresh()) for _ in range(61)]
    assert codes[-1] == "auth.required"  # without a token nothing is looked up, so nothing is counted
    tried = [_refused("junk") for _ in range(61)]
    assert tried == ["auth.invalid"] * 60 + ["rate_limited"]
    memory.clear()


def test_it_takes_three_queries(alice: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    refresh = open_session(user=alice).refresh
    with django_assert_num_queries(3):
        rotate(refresh=refresh)


@pytest.mark.django_db(transaction=True)
def test_two_tabs_at_once_are_both_live_and_hold_the_same_token() -> None:
    refresh = open_session(user=make_user("alice")).refresh
    tabs: list[Callable[[], SignedIn]] = [partial(rotate, refresh=refresh)] * 8
    results = at_once(tabs)
    assert refusals(results) == []
    signed_in = [result for result in results if isinstance(result, SignedIn)]
    assert {result.refresh for result in signed_in} == {next_refresh(refresh)}
    assert all(Api(None).http.get("/api/v1/me", headers=_bearer(result)).status_code == 200 for result in signed_in)
    assert rotate(refresh=signed_in[0].refresh).session.revoked_at is None


def _bearer(signed_in: SignedIn) -> dict[str, str]:
    return {"Authorization": f"Bearer {signed_in.access}"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("end", [lambda user: end_all(user=user), lambda user: suspend_user(user=user)])
def test_a_refresh_that_races_the_end_of_its_session_leaves_nothing_alive(end: Callable[[User], None]) -> None:
    for number in range(6):
        user = make_user(f"alice{number}")
        signed_in = open_session(user=user)
        calls: list[Callable[[], object]] = [partial(end, user), *[partial(rotate, refresh=signed_in.refresh)] * 3]
        results = at_once(calls)
        for token in {signed_in.refresh, *(r.refresh for r in results if isinstance(r, SignedIn))}:
            with pytest.raises(AppError):
                rotate(refresh=token)
        with pytest.raises(AppError):
            live_session(signed_in.session.pk)


@pytest.mark.django_db(transaction=True)
def test_a_session_that_ends_between_reading_and_turning_does_not_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    user = make_user("alice")
    refresh = open_session(user=user).refresh
    read = sessions.live_session

    def read_then_end(session_id: int) -> tuple[AuthSession, User]:
        found = read(session_id)
        thread = threading.Thread(target=_end_elsewhere, args=(user,))
        thread.start()
        thread.join()
        return found

    monkeypatch.setattr(sessions, "live_session", read_then_end)
    assert _refused(refresh) == "auth.invalid"
    assert AuthSession.objects.get().previous_hash == ""


def _end_elsewhere(user: User) -> None:
    end_all(user=user)
    connection.close()
