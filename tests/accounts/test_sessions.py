from collections.abc import Callable

from pytest_django import Settings

from accounts.models import AuthSession, User
from accounts.services.sessions import live_session, open_session
from core import clock
from tests.accounts.browser import Browser, code
from tests.clients import Api
from tests.conftest import Published


def test_one_sees_where_one_is_signed_in(alice: User, bob: User) -> None:
    open_session(user=alice, ip="10.0.0.1", device="Phone")
    open_session(user=bob)
    response = Api(alice).get("/auth/sessions")
    assert response["Cache-Control"] == "no-store"
    listed = response.json()["results"]
    assert [entry["current"] for entry in listed] == [True, False]
    assert listed[1].items() >= {"ip": "10.0.0.1", "device": "Phone"}.items()
    assert set(listed[0]) == {"id", "created_at", "last_used_at", "ip", "device", "current"}


def test_the_device_and_address_are_those_of_the_sign_in(alice: User, settings: Settings) -> None:
    settings.TRUSTED_PROXIES = 1
    browser = Browser()
    browser.http.post(
        "/api/v1/auth/sign-in",
        {"login": "alice", "password": "correct horse battery"},
        "application/json",
        headers={"User-Agent": "x" * 300, "X-Forwarded-For": "6.6.6.6, 10.1.2.3"},
    )
    session = AuthSession.objects.get()
    assert (session.ip, session.device) == ("10.1.2.3", "x" * 200)


def test_ended_and_expired_ones_are_not_listed(alice: User) -> None:
    for field in ("revoked_at", "expires_at"):
        AuthSession.objects.filter(pk=open_session(user=alice).session.pk).update(**{field: clock.now()})
    assert len(Api(alice).get("/auth/sessions").json()["results"]) == 1


def test_ending_one_closes_it_at_once(alice: User, published: Published) -> None:
    client = Api(alice)
    lost = open_session(user=alice)
    assert client.delete(f"/auth/sessions/{lost.session.pk}").status_code == 204
    assert client.delete(f"/auth/sessions/{lost.session.pk}").status_code == 404
    assert Api(None).http.get("/api/v1/me", headers={"Authorization": f"Bearer {lost.access}"}).status_code == 401
    assert client.get("/me").status_code == 200
    assert [envelope.ends for envelope in published] == [[lost.session.pk]]


def test_nobody_ends_the_sign_ins_of_others(
    alice: User, carol: User, api: Callable[[User], Api], published: Published
) -> None:
    session = open_session(user=alice).session
    for path in (f"/auth/sessions/{session.pk}", "/auth/sessions/7", "/auth/sessions/x", "/auth/sessions/" + "9" * 19):
        response = api(carol).delete(path)
        assert (response.status_code, code(response)) == (404, "not_found")
    assert live_session(session.pk)
    assert not published
