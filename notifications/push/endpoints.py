"""Where a push may go: people name these addresses, so the server calls public https alone, unless its owner says more."""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from core.addresses import is_public
from core.errors import Invalid

NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.IGNORECASE)  # the last part of an address, as WHATWG's URLs have it


def require_endpoint(endpoint: str) -> None:
    """Raise `Invalid` for what can be seen to be no push service; names are looked up only when something is sent."""
    parts = _split(endpoint)
    if parts is None or not (is_allowed(parts) or _looks_public(parts)):
        raise Invalid(fields={"endpoint": ["This is not the public https address of a push service."]})


def is_allowed(parts: SplitResult) -> bool:
    """Return whether the site's owner lists the host in PUSH_ALLOWED_HOSTS, with or without its port."""
    return bool({parts.netloc.lower(), (parts.hostname or "").lower()} & settings.PUSH_ALLOWED_HOSTS)


def _split(endpoint: str) -> SplitResult | None:
    try:
        parts = urlsplit(endpoint)
        port = parts.port
    except ValueError:
        return None
    is_clean = endpoint.isascii() and endpoint.isprintable() and " " not in endpoint
    if not is_clean or parts.scheme not in ("https", "http") or not parts.hostname or parts.username or port == 0:
        return None
    return parts


def _is_name(host: str) -> bool:
    """Return whether the host is a name of the internet, and no number in a notation that resolvers take for an address."""
    last = host.rpartition(".")[2]
    return "." in host.strip(".") and last != "localhost" and not NUMBER.fullmatch(last)


def _looks_public(parts: SplitResult) -> bool:
    host = parts.hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return parts.scheme == "https" and _is_name(host.rstrip("."))
    return parts.scheme == "https" and is_public(host)
