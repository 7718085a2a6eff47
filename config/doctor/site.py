"""The names the site is reached by, and whether people's passwords travel encrypted."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import validate_host

from config.doctor.finding import Finding, ok, problem, warning

LOCAL = {"localhost", "127.0.0.1", "[::1]"}


def check() -> Iterator[Finding]:
    public = [host for host in settings.ALLOWED_HOSTS if host not in LOCAL]
    if not public:
        yield warning("only this machine can reach it", "set ALLOWED_HOSTS=chat.example.org for others to")
    else:
        yield ok(f"reached as {', '.join(public)}")
        yield from _encrypted(public)
    yield from _origins()
    if settings.DEBUG:
        yield problem("DEBUG is on: strangers are shown the program's insides", "unset DEBUG")


def _encrypted(public: list[str]) -> Iterator[Finding]:
    if not settings.HTTPS:
        yield warning(
            "without HTTPS: passwords travel in the clear",
            f"set TRUSTED_ORIGINS=https://{public[0]} behind a proxy that speaks HTTPS",
        )
    elif not settings.TRUSTED_PROXIES:
        yield problem(
            "HTTPS is on, but no proxy is believed: every request is redirected for ever", "set TRUSTED_PROXIES=1"
        )
    else:
        yield ok("HTTPS is required")


def _origins() -> Iterator[Finding]:
    for origin in settings.TRUSTED_ORIGINS:
        host = urlsplit(origin).hostname or ""
        if not validate_host(host, settings.ALLOWED_HOSTS):
            yield problem(
                f"TRUSTED_ORIGINS has {origin}, but ALLOWED_HOSTS has no {host or 'host'}",
                f"add {host} to ALLOWED_HOSTS",
            )
