"""What the signed URLs of the local store allow: signed with SECRET_KEY, each kind for itself, and dated."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TypeVar

import msgspec
from django.core import signing

from core.errors import Forbidden


class UploadGrant(msgspec.Struct, frozen=True, array_like=True):
    key: str
    size: int
    content_type: str
    until: float


class DownloadGrant(msgspec.Struct, frozen=True, array_like=True):
    key: str
    content_type: str
    disposition: str
    max_age: int
    until: float


Grant = TypeVar("Grant", UploadGrant, DownloadGrant)


def until(expires: timedelta) -> float:
    return time.time() + expires.total_seconds()


def sign(grant: UploadGrant | DownloadGrant) -> str:
    """Return the grant as one word of a URL."""
    return signing.dumps(msgspec.to_builtins(grant), salt=_salt(type(grant)))


def read(kind: type[Grant], token: str) -> Grant:
    """Return what the token allows; raise `Forbidden` when it was not signed here, for something else, or is over."""
    try:
        grant = msgspec.convert(signing.loads(token, salt=_salt(kind)), kind)
    except signing.BadSignature:
        raise Forbidden() from None
    if time.time() >= grant.until:
        raise Forbidden()
    return grant


def _salt(kind: type[msgspec.Struct]) -> str:
    return f"core.storage.{kind.__name__}"
