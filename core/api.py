"""What every REST view shares: the parser and renderer of the wire, the error answer, keyset pages of lists."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import DatabaseError, InterfaceError
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter
from rest_framework import exceptions
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from core import wire
from core.callers import caller
from core.errors import AppError, Forbidden, Invalid, NotFound, TooLarge, Unauthenticated, Unavailable
from core.parsing import parse

log = logging.getLogger(__name__)
MOST_BODY = 128 * 1024
T = TypeVar("T")


class WireParser(BaseParser):
    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        raw = stream.read(MOST_BODY + 1)
        if len(raw) > MOST_BODY:
            raise TooLarge()
        return parse(raw) if raw else {}


class WireRenderer(BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset = None

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        return b"" if data is None else wire.encode(data)


class WireNegotiation(DefaultContentNegotiation):
    """As DRF's, which takes 50 us of CPU to find that who accepts anything, or JSON, accepts JSON."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> Any:
        asked = request.META.get("HTTP_ACCEPT", "*/*")
        first = renderers[0]
        plain = asked == "*/*" or (asked == "application/json" and first.media_type == asked)
        if plain and not format_suffix and "format" not in request.META.get("QUERY_STRING", ""):
            return first, first.media_type
        return super().select_renderer(request, renderers, format_suffix)


def body(shape: type[T], request: Request) -> T:
    """Return the request's JSON body as `shape`; raise `Invalid` that names the field."""
    data = request.data
    if not isinstance(data, dict):
        raise Invalid(message="The body must be a JSON object.")
    return wire.validated(shape, data)


def query(shape: type[T], request: Request) -> T:
    """Return the query string as `shape`. A parameter given twice or unknown is refused, like a field of a body."""
    repeated = [name for name, values in request.query_params.lists() if len(values) > 1]
    if repeated:
        raise Invalid(fields={repeated[0]: ["Given more than once."]})
    return wire.validated(shape, request.query_params.dict(), strict=False)


def key(text: str) -> int:
    """Return an id from a path or body as the database knows it. What cannot be an id names nothing: 404."""
    if not (text.isascii() and text.isdigit() and len(text) <= 19 and int(text) < 2**63):
        raise NotFound()
    return int(text)


def address(request: Any) -> str:
    """Return the caller's address; behind `TRUSTED_PROXIES` proxies the one the outermost of them saw."""
    return caller(str(request.META.get("REMOTE_ADDR") or ""), request.META.get("HTTP_X_FORWARDED_FOR", ""))


def answer_error(error: Exception, context: Mapping[str, Any]) -> Response:
    """DRF's exception handler: whatever went wrong leaves as one shape, and only our own fault as a 5xx."""
    refusal = as_refusal(error)
    if refusal.status >= 500:
        log.error("%s: %s", type(error).__name__, error, exc_info=error if refusal.status == 500 else None)
    headers = {"Retry-After": str(max(1, round(refusal.retry_after)))} if refusal.retry_after else {}
    if refusal.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return Response({"error": refusal.payload()}, status=refusal.status, headers=headers)


def as_refusal(error: Exception) -> AppError:
    """Return any exception as the refusal a client is told. Nothing of its text leaks unless it is one of ours."""
    if isinstance(error, AppError):
        return error
    for kinds, refusal in _KNOWN:
        if isinstance(error, kinds):
            return refusal()
    if isinstance(error, exceptions.APIException):
        return _from_drf(error)
    return _internal()


def _internal() -> AppError:
    refusal = AppError("internal")
    refusal.status = 500
    return refusal


_KNOWN: list[tuple[type[Exception] | tuple[type[Exception], ...], type[AppError]]] = [
    ((Http404, exceptions.NotFound), NotFound),
    ((PermissionDenied, exceptions.PermissionDenied), Forbidden),
    ((exceptions.NotAuthenticated, exceptions.AuthenticationFailed), Unauthenticated),
    (RequestDataTooBig, TooLarge),
    ((InterfaceError, DatabaseError), Unavailable),
]
_DRF_CODES = {405: "method", 406: "not_acceptable", 415: "media_type"}


def _from_drf(error: exceptions.APIException) -> AppError:
    refusal = AppError(_DRF_CODES.get(error.status_code, "invalid"), str(error.detail))
    refusal.status = error.status_code
    return refusal


def actor(request: Request) -> Any:
    """Return who is acting: the authenticated `User`."""
    return request.user


def parameters(shape: type[msgspec.Struct]) -> list[OpenApiParameter]:
    """Return the OpenAPI parameters of a query struct."""
    schema = msgspec.json.schema_components([shape])[1][shape.__name__]
    required = set(schema.get("required", []))
    return [
        OpenApiParameter(name, location=OpenApiParameter.QUERY, required=name in required, type=part)
        for name, part in schema["properties"].items()
    ]
