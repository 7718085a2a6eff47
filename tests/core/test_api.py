import logging
from typing import Any

import msgspec
import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import IntegrityError, OperationalError
from django.http import Http404
from django.test import RequestFactory
from pytest_django import Settings
from rest_framework import exceptions

from accounts.models import User
from core.api import MOST_BODY, address, answer_error, as_refusal, key
from core.errors import AppError, Conflict, NotFound, RateLimited
from tests.clients import Api, refusal

ROOM = {"kind": "public", "name": "Room"}


def _post(user: User, raw: bytes, content_type: str = "application/json", **headers: str) -> Any:
    api = Api(user)
    return api.http.post("/api/v1/rooms", raw, content_type=content_type, headers={**api.headers, **headers})


@pytest.mark.parametrize(
    "raw", [b"{", b"\xff", b'{"name": "\\ud800"}', b"[" * 100_000, b'{"a":' * 17 + b"1" + b"}" * 17]
)
def test_what_is_not_json_is_refused(alice: User, raw: bytes) -> None:
    assert refusal(_post(alice, raw)) == (400, "protocol.json")


@pytest.mark.parametrize("raw", [b"[]", b'"text"', b"7", b"null", b"true"])
def test_a_body_must_be_an_object(alice: User, raw: bytes) -> None:
    assert refusal(_post(alice, raw)) == (400, "invalid")


def test_an_empty_body_is_an_empty_object(alice: User) -> None:
    assert refusal(_post(alice, b"")) == (400, "invalid")


@pytest.mark.parametrize("size", [MOST_BODY + 1, 10_000_000])
def test_a_body_that_is_too_large_is_refused(alice: User, size: int) -> None:
    assert refusal(_post(alice, b'{"name": "' + b"x" * size + b'"}')) == (413, "too_large")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_only_json_is_taken(alice: User, kind: str) -> None:
    assert refusal(_post(alice, msgspec.json.encode(ROOM), kind)) == (415, "media_type")


def test_only_json_is_given(alice: User) -> None:
    assert refusal(_post(alice, msgspec.json.encode(ROOM), Accept="text/html")) == (406, "not_acceptable")


def test_a_method_that_is_not_there_is_said_to_be_so(alice: User) -> None:
    assert refusal(Api(alice).put("/rooms", ROOM)) == (405, "method")


def test_a_parameter_must_not_be_unknown_or_repeated(alice: User) -> None:
    for query in ("q=a&q=b", "nope=1", "limit=0", "limit=x", "q=%00"):
        assert refusal(Api(alice).get(f"/rooms/directory?{query}")) == (400, "invalid"), query


@pytest.mark.parametrize("text", ["", "0x1", "-1", "1.0", " 1", "٣", "1" * 20, str(2**63), "abc", "1\n"])
def test_what_cannot_be_an_id_names_nothing(text: str) -> None:
    with pytest.raises(NotFound):
        key(text)


def test_an_id_is_read_up_to_the_largest() -> None:
    assert key(str(2**63 - 1)) == 2**63 - 1


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (Conflict("username.taken"), 409, "username.taken"),
        (Http404("secret"), 404, "not_found"),
        (PermissionDenied("secret"), 403, "forbidden"),
        (exceptions.NotAuthenticated(), 401, "auth.required"),
        (exceptions.AuthenticationFailed("secret"), 401, "auth.required"),
        (exceptions.MethodNotAllowed("PUT"), 405, "method"),
        (exceptions.UnsupportedMediaType("a/b"), 415, "media_type"),
        (RequestDataTooBig("secret"), 413, "too_large"),
        (OperationalError("secret"), 503, "unavailable"),
        (IntegrityError("secret"), 503, "unavailable"),
        (ValueError("secret"), 500, "internal"),
        (KeyError("secret"), 500, "internal"),
    ],
)
def test_whatever_goes_wrong_is_told_in_one_shape_and_nothing_leaks(
    error: Exception, status: int, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = answer_error(error, {})
    assert (answer.status_code, answer.data["error"]["code"]) == (status, code)
    assert answer.data["error"]["message"]
    assert "secret" not in str(answer.data)
    assert bool(caplog.records) == (status >= 500)
    assert any(record.exc_info for record in caplog.records) == (status == 500)


def test_who_is_too_fast_is_told_when_to_come_back() -> None:
    assert answer_error(RateLimited(retry_after=12.4), {})["Retry-After"] == "12"
    assert answer_error(RateLimited(retry_after=0.1), {})["Retry-After"] == "1"
    assert answer_error(exceptions.NotAuthenticated(), {})["WWW-Authenticate"] == "Bearer"


def test_an_error_says_only_what_it_has_to_say() -> None:
    assert as_refusal(AppError("member.muted")).payload() == {"code": "member.muted", "message": "You are muted here."}
    full = AppError("invalid", "No.", fields={"a": ["b"]}, retry_after=2, data={"c": 1}).payload()
    assert full == {"code": "invalid", "message": "No.", "fields": {"a": ["b"]}, "retry_after": 2, "data": {"c": 1}}


@pytest.mark.parametrize(
    ("proxies", "forwarded", "seen"),
    [
        (0, "6.6.6.6", "9.9.9.9"),
        (1, "6.6.6.6, 1.1.1.1", "1.1.1.1"),
        (2, "6.6.6.6, 1.1.1.1, 2.2.2.2", "1.1.1.1"),
        (2, "1.1.1.1", "9.9.9.9"),
        (1, "", "9.9.9.9"),
        (1, "x" * 500, "x" * 45),
    ],
)
def test_as_many_proxies_are_believed_as_there_are(settings: Settings, proxies: int, forwarded: str, seen: str) -> None:
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", headers={"X-Forwarded-For": forwarded}, REMOTE_ADDR="9.9.9.9")
    assert address(request) == seen
