"""Where a call comes from, for either door."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings

MOST = 45  # characters


def caller(remote: str, forwarded: str) -> str:
    """Return the caller's address; behind `TRUSTED_PROXIES` proxies the one the outermost of them saw."""
    proxies = settings.TRUSTED_PROXIES
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    return (hops[-proxies] if proxies and len(hops) >= proxies else remote)[:MOST]


def address_of(scope: Mapping[str, Any]) -> str:
    """Return the address behind an ASGI connection."""
    forwarded = [value.decode("latin-1") for name, value in scope.get("headers", ()) if name == b"x-forwarded-for"]
    return caller(str((scope.get("client") or ("",))[0]), ",".join(forwarded))
