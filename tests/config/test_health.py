"""/healthz, /readyz and /metrics: whom they answer, and what they say when a service is away."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from config import health
from config.health import ask_migrations
from core import metrics
from tests.services import free_port

TOKEN = "a-token-for-the-scraper"
Refuses = Callable[[str], None]


def away() -> None:
    raise OSError("nobody there")


@pytest.fixture
def probe() -> Client:
    """Return a client that calls as probes do: by address, without HTTPS, signed in nowhere."""
    return Client(headers={"host": "10.1.2.3:8000"})


@pytest.fixture
def refuses(monkeypatch: pytest.MonkeyPatch) -> Refuses:
    return lambda service: monkeypatch.setattr(health, f"ask_{service}", away)


@pytest.fixture(autouse=True)
def _asked_anew() -> Iterator[None]:
    yield
    ask_migrations.cache_clear()
    health._redis.cache_clear()


def numbers(answer: Any) -> dict[str, float]:
    families = text_string_to_metric_families(answer.content.decode())
    return {
        sample.name + "".join(f":{value}" for value in sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }


def test_healthz_answers_without_a_database(probe: Client, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    answer = probe.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok")
    assert probe.post("/healthz").status_code == 405


@pytest.mark.django_db
def test_readyz_names_every_service_with_its_time(probe: Client, settings: Settings) -> None:
    settings.REDIS_URLS = []
    answer = probe.get("/readyz")
    assert answer.status_code == 200
    told = answer.json()
    assert told["status"] == "ok"
    assert set(told["checks"]) == {"database", "migrations", "storage"}
    assert all(check["ok"] and check["ms"] >= 0 for check in told["checks"].values())
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.django_db
@pytest.mark.parametrize("service", ["database", "migrations"])
def test_readyz_refuses_without_what_is_needed(probe: Client, refuses: Refuses, service: str) -> None:
    refuses(service)
    answer = probe.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (503, "failed")
    assert answer.json()["checks"][service]["ok"] is False
    assert b"nobody there" not in answer.content


@pytest.mark.django_db
def test_readyz_goes_on_without_redis(probe: Client, settings: Settings) -> None:
    settings.REDIS_URLS = [f"redis://127.0.0.1:{free_port()}/0"]
    answer = probe.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert answer.json()["checks"]["redis"]["ok"] is False


@pytest.mark.django_db
def test_readyz_goes_on_without_storage(probe: Client, refuses: Refuses) -> None:
    refuses("storage")
    assert probe.get("/readyz").json()["status"] == "degraded"


@pytest.mark.django_db
def test_a_service_that_hangs_is_given_up(probe: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "WITHIN", 0.05)
    monkeypatch.setattr(health, "ask_database", lambda: time.sleep(0.5))
    answer = probe.get("/readyz")
    assert answer.json()["checks"]["database"]["ok"] is False
    assert answer.json()["checks"]["database"]["ms"] < 400


@pytest.mark.parametrize("given", [None, "Bearer wrong", f"Basic {TOKEN}", TOKEN])
def test_metrics_do_not_exist_without_the_token(probe: Client, settings: Settings, given: str | None) -> None:
    settings.METRICS_TOKEN = TOKEN
    answer = probe.get("/metrics", headers={"authorization": given} if given else {})
    assert (answer.status_code, answer.content) == (404, b"")


@pytest.mark.parametrize("given", ["Bearer ", "Bearer"])
def test_metrics_do_not_exist_where_no_token_is_set(probe: Client, given: str) -> None:
    assert probe.get("/metrics", headers={"authorization": given}).status_code == 404


@pytest.mark.django_db
def test_metrics_tell_what_was_counted(probe: Client, settings: Settings, refuses: Refuses) -> None:
    settings.METRICS_TOKEN = TOKEN
    refuses("storage")
    metrics.answered("message.send", "ack", started=0.0)
    metrics.socket_closed(4999)
    told = numbers(probe.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"}))
    assert told["chatflow_commands_total:ack:message.send"] >= 1
    assert told["chatflow_command_seconds_count:message.send"] >= 1
    assert told["chatflow_sockets_closed_total:other"] >= 1
    assert told["chatflow_service_up:database"] == 1
    assert told["chatflow_service_up:storage"] == 0
    assert told["chatflow_service_seconds:database"] > 0
