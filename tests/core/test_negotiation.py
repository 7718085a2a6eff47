"""The short way to JSON finds what DRF's long one does."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework import exceptions
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import TemplateHTMLRenderer
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from core.api import WireNegotiation, WireRenderer

ACCEPTS = [
    None, "", "*/*", "application/json", "application/json, text/plain, */*", "text/html", "application/*",
    "application/json; indent=8", "text/html, */*;q=0.1", "application/jsonx", "nonsense",
]  # fmt: skip


def _chosen(way: DefaultContentNegotiation, accept: str | None, query: str, renderers: list[Any]) -> Any:
    headers: dict[str, Any] = {} if accept is None else {"HTTP_ACCEPT": accept}
    request = Request(APIRequestFactory().get(f"/x{query}", **headers))
    try:
        return way.select_renderer(request, renderers)
    except exceptions.NotAcceptable:
        return "not acceptable"
    except Exception as error:  # noqa: BLE001 - of the same kind on both ways
        return type(error)


@pytest.mark.parametrize("query", ["", "?limit=5", "?format=json", "?format=html", "?format="])
@pytest.mark.parametrize("accept", ACCEPTS)
def test_it_finds_the_same(accept: str | None, query: str) -> None:
    for renderers in ([WireRenderer()], [TemplateHTMLRenderer(), WireRenderer()]):
        ours, drfs = (
            _chosen(way, accept, query, list(renderers)) for way in (WireNegotiation(), DefaultContentNegotiation())
        )
        assert ours == drfs
