"""The page behind the link in letters, for people and for mail programs (RFC 8058)."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from core.errors import NotFound
from notifications.services.unsubscribing import reader_of, unsubscribe


@csrf_exempt  # the link itself is the right to do it; mail programs send no cookie
@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(no_store=True)
def unsubscribing(request: HttpRequest, token: str) -> HttpResponse:
    """Ask by GET, do by POST: programs that look at links before people do must not unsubscribe them."""
    is_done = request.method == "POST"
    try:
        reader = unsubscribe(token=token) if is_done else reader_of(token)
    except NotFound:
        return render(request, "404.html", status=404)
    content = {"is_done": is_done, "email": reader.email, "site_name": settings.SITE_NAME}
    return render(request, "unsubscribe.html", content)
