import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
import time_machine
from django.conf import settings
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import AuthSession, User
from accounts.services.sessions import open_session
from accounts.tokens import issue_access, read_access
from core import clock
from core.errors import Unauthenticated
from tests.accounts.browser import code

NOW = datetime(2027, 1, 15, tzinfo=UTC)


def _me(header: str | None) -> Any:
    return Client().get("/api/v1/me", headers={"Authorization": header} if header is not None else {})


def _claims(alice: User, **changes: Any) -> dict[str, Any]:
    token = open_session(user=alice).access
    return jwt.decode(token, options={"verify_signature": False}) | changes


def test_a_token_says_who_and_which_sign_in_and_for_how_long(alice: User) -> None:
    with time_machine.travel(NOW, tick=False):
        signed_in = open_session(user=alice)
        claims = read_access(signed_in.access)
    assert (claims.user_id, claims.session_id) == (alice.pk, signed_in.session.pk)
    assert claims.expires_at == NOW + timedelta(minutes=10)
    payload = jwt.decode(signed_in.access, options={"verify_signature": False})
    assert (
        payload.items() >= {"sub": str(alice.pk), "aud": "chatflow", "iss": "chatflow", "token_type": "access"}.items()
    )


def test_it_opens_the_door_in_two_queries(alice: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    access = open_session(user=alice).access
    with django_assert_num_queries(2):
        assert _me(f"Bearer {access}").status_code == 200
    assert _me(f"bearer  {access}").status_code == 200


@pytest.mark.parametrize("header", [None, "", "Basic YWxpY2U6eA==", "Token x"])
def test_without_a_token_one_is_asked_to_sign_in(alice: User, header: str | None) -> None:
    response = _me(header)
    assert (response.status_code, code(response)) == (401, "auth.required")
    assert response["WWW-Authenticate"] == "Bearer"
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "a b", "\u00e9", "null", "." * 5000])
def test_junk_is_invalid(alice: User, token: str) -> None:
    response = _me(f"Bearer {token}")
    assert (response.status_code, code(response)) == (401, "auth.invalid")


def test_after_ten_minutes_it_has_expired(alice: User) -> None:
    with time_machine.travel(NOW, tick=False):
        access = open_session(user=alice).access
    with time_machine.travel(NOW + timedelta(minutes=10, seconds=5), tick=False):
        assert _me(f"Bearer {access}").status_code == 200  # clocks may differ a little
    with time_machine.travel(NOW + timedelta(minutes=10, seconds=11), tick=False):
        response = _me(f"Bearer {access}")
    assert (response.status_code, code(response)) == (401, "auth.expired")


def _unsigned(claims: dict[str, Any]) -> str:
    parts = [{"alg": "none", "typ": "JWT"}, claims]
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts) + "."


def test_unsigned_tokens_are_invalid(alice: User) -> None:
    assert code(_me(f"Bearer {_unsigned(_claims(alice))}")) == "auth.invalid"


@pytest.mark.parametrize(
    ("changes", "key", "headers"),
    [
        ({}, settings.SECRET_KEY, {}),
        ({}, "another key that is long enough for it", {}),
        ({"aud": "elsewhere"}, None, {}),
        ({"aud": None}, None, {}),
        ({"iss": "elsewhere"}, None, {}),
        ({"token_type": "refresh"}, None, {}),
        ({"token_type": None}, None, {}),
        ({"jti": None}, None, {}),
        ({"exp": None}, None, {}),
        ({"exp": "soon"}, None, {}),
        ({"exp": 10**30}, None, {}),
        ({"sub": "x"}, None, {}),
        ({"sub": None}, None, {}),
        ({"sub": "7"}, None, {}),
        ({"sid": None}, None, {}),
        ({"sid": "7"}, None, {}),
        ({"sid": "9" * 40}, None, {}),
        ({"sid": ["1"]}, None, {}),
        ({}, None, {"crit": ["exp"]}),
    ],
)
def test_tokens_made_for_something_else_are_invalid(
    alice: User, changes: dict[str, Any], key: str | None, headers: dict[str, Any]
) -> None:
    claims = {name: value for name, value in _claims(alice, **changes).items() if value is not None}
    token = jwt.encode(claims, key or settings.JWT_KEY, "HS256", headers)
    response = _me(f"Bearer {token}")
    assert (response.status_code, code(response)) == (401, "auth.invalid")


@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
def test_only_one_algorithm_is_known(alice: User, algorithm: str) -> None:
    token = jwt.encode(_claims(alice), settings.JWT_KEY, algorithm)
    assert code(_me(f"Bearer {token}")) == "auth.invalid"


def test_a_refresh_token_is_no_access_token(alice: User) -> None:
    assert code(_me(f"Bearer {open_session(user=alice).refresh}")) == "auth.invalid"


@pytest.mark.parametrize("field", ["revoked_at", "expires_at"])
def test_a_token_is_worth_nothing_when_its_sign_in_has_ended(alice: User, field: str) -> None:
    signed_in = open_session(user=alice)
    AuthSession.objects.update(**{field: clock.now()})
    assert code(_me(f"Bearer {signed_in.access}")) == "auth.invalid"


def test_a_token_of_one_person_for_the_sign_in_of_another_is_invalid(alice: User, bob: User) -> None:
    session = open_session(user=alice).session
    session.user_id = bob.pk
    assert code(_me(f"Bearer {issue_access(session)}")) == "auth.invalid"


def test_deactivated_and_deleted_people_are_out(alice: User, bob: User) -> None:
    headers = [f"Bearer {open_session(user=user).access}" for user in (alice, bob)]
    User.objects.filter(pk=alice.pk).update(is_active=False)
    bob.delete()
    assert [code(_me(header)) for header in headers] == ["user.suspended", "auth.invalid"]


def test_reading_a_token_needs_no_database() -> None:
    with pytest.raises(Unauthenticated):
        read_access("x")


def test_a_token_that_was_read_before_ends_when_it_says(alice: User) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        header = f"Bearer {open_session(user=alice).access}"
        assert [_me(header).status_code for _ in range(2)] == [200, 200]
        clock.shift(settings.ACCESS_TOKEN_LIFETIME + timedelta(seconds=9))  # clocks differ a little
        assert _me(header).status_code == 200
        clock.shift(timedelta(seconds=1))
        response = _me(header)
    assert (response.status_code, code(response)) == (401, "auth.expired")
