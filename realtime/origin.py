"""Which pages may open a socket: this site's own. A missing Origin is a native client, which has no cookies to abuse."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host


def is_welcome(scope: Mapping[str, Any]) -> bool:
    """Check the Host against ALLOWED_HOSTS and the Origin, in full, against the Host or TRUSTED_ORIGINS."""
    headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
    host = headers.get(b"host", "")
    if not validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS or ["localhost", "127.0.0.1", "[::1]"]):
        return False
    origin = headers.get(b"origin")
    if origin is None or origin in settings.TRUSTED_ORIGINS:
        return True
    parts = urlsplit(origin)
    schemes = {"https"} if settings.HTTPS else {"http", "https"}
    return parts.scheme in schemes and parts.netloc == host and origin == f"{parts.scheme}://{host}"
