"""What the API answers is for the one who asked; and where they asked from is known to what they cause."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from core.api import address
from core.audit import called_from

Handler = Callable[[HttpRequest], HttpResponse]


def never_stored(handler: Handler) -> Handler:
    def answer(request: HttpRequest) -> HttpResponse:
        response = handler(request)
        if request.path.startswith("/api/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return answer


def address_known(handler: Handler) -> Handler:
    """Let what the request causes be recorded with the caller's address."""

    def answer(request: HttpRequest) -> HttpResponse:
        with called_from(address(request)):
            return handler(request)

    return answer
