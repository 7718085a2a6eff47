"""What the API answers is for the one who asked: no cache may keep it."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

Handler = Callable[[HttpRequest], HttpResponse]


def never_stored(handler: Handler) -> Handler:
    def answer(request: HttpRequest) -> HttpResponse:
        response = handler(request)
        if request.path.startswith("/api/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return answer
