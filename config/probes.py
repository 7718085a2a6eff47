"""`/healthz`, `/readyz` and `/metrics`, answered ahead of everything else.

A probe comes to an address, not to the site's name, and without HTTPS: ALLOWED_HOSTS and the redirect must not meet it.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from config.health import Answer, ask_all
from core import metrics

Handler = Callable[[HttpRequest], HttpResponse]


def probes(handler: Handler) -> Handler:
    def answer(request: HttpRequest) -> HttpResponse:
        probe = PROBES.get(request.path_info)
        if probe is None:
            return handler(request)
        if request.method not in ("GET", "HEAD"):
            return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
        response = probe(request)
        response.headers["Cache-Control"] = "no-store"
        return response

    return answer


def alive(request: HttpRequest) -> HttpResponse:
    """This process answers; nothing else is asked, so that a database's trouble never restarts it."""
    return HttpResponse("ok", content_type="text/plain")


def ready(request: HttpRequest) -> HttpResponse:
    """Should a balancer send people here? Says which service is missing, never why: anybody may ask."""
    answers = ask_all()
    failed = [answer for answer in answers.values() if not answer.ok]
    status = "failed" if any(answer.needed for answer in failed) else "degraded" if failed else "ok"
    checks = {name: {"ok": answer.ok, "ms": answer.ms} for name, answer in answers.items()}
    return JsonResponse({"status": status, "checks": checks}, status=503 if status == "failed" else 200)


def numbers(request: HttpRequest) -> HttpResponse:
    """Return the metrics to whoever has METRICS_TOKEN; for all others there is nothing here."""
    wanted = f"Bearer {settings.METRICS_TOKEN}".encode()
    given = request.headers.get("Authorization", "").encode()
    if not settings.METRICS_TOKEN or not hmac.compare_digest(given, wanted):
        return HttpResponse(status=404)
    _gauge(ask_all())
    return HttpResponse(metrics.exposition(), content_type="text/plain; version=1.0.0; charset=utf-8")


def _gauge(answers: dict[str, Answer]) -> None:
    for name, answer in answers.items():
        metrics.service_up.labels(name).set(answer.ok)
        metrics.service_time.labels(name).set(answer.ms / 1000)


PROBES = {"/healthz": alive, "/readyz": ready, "/metrics": numbers}
