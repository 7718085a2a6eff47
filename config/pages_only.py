"""Middleware of Django's for pages. The API knows its callers by their tokens alone, keeps nothing for them between two
calls, and would pay for it with 40 us of CPU a request.
"""

from __future__ import annotations

from typing import Any, TypeVar

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest

Kind = TypeVar("Kind", bound=type[Any])


def pages_only(kind: Kind) -> Kind:
    """Let requests of the API pass by this kind of middleware."""
    whole = kind.__call__

    def answer(self: Any, request: HttpRequest) -> Any:
        return self.get_response(request) if request.path_info.startswith("/api/") else whole(self, request)

    kind.__call__ = answer
    return kind


@pages_only
class Sessions(SessionMiddleware): ...


@pages_only
class SignIns(AuthenticationMiddleware): ...


@pages_only
class Messages(MessageMiddleware): ...
