"""The policy that is put together once is the one the library would put together for each answer."""

from __future__ import annotations

from typing import Any

import pytest
from csp.constants import HEADER
from csp.decorators import csp_exempt, csp_update
from csp.middleware import CSPMiddleware
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings

from config.policy import SamePolicy


def plain(request: HttpRequest) -> HttpResponse:
    return HttpResponse("x")


def own(request: HttpRequest) -> HttpResponse:
    return HttpResponse("x", headers={HEADER: "default-src 'self'"})


@csp_exempt()
def exempt(request: HttpRequest) -> HttpResponse:
    return HttpResponse("x")


@csp_update({"img-src": ["https://example.org"]})
def more(request: HttpRequest) -> HttpResponse:
    return HttpResponse("x")


def failing(request: HttpRequest) -> HttpResponse:
    return HttpResponse("x", status=500)


def directives(answer: Any) -> set[str] | None:
    """Return the parts of the header, whose order is not told."""
    header = answer.headers.get(HEADER)
    return None if header is None else set(header.split("; "))


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize("view", [plain, own, exempt, more, failing])
def test_it_is_the_librarys(view: Any, debug: bool) -> None:
    with override_settings(DEBUG=debug):
        same, theirs = (kind(view)(RequestFactory().get("/")) for kind in (SamePolicy, CSPMiddleware))
    assert directives(same) == directives(theirs)


@pytest.mark.django_db
def test_every_answer_has_it() -> None:
    for path in ("/", "/api/v1/me", "/api/v1/nothing", "/admin/login/"):
        assert "frame-ancestors 'none'" in Client().get(path).headers[HEADER]
