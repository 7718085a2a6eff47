"""`EMAIL_*`, `PUBLIC_URL`, `VAPID_*`, `PUSH_*` -> how people are reached who are not here: by mail and by Web Push."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from django.core.exceptions import ImproperlyConfigured

from config import env

MAIL_SCHEMES = {"smtp", "smtp+tls", "smtps", "file", "console"}
PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
BACKENDS = "django.core.mail.backends"
ORDER_OF_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def mail_settings(data: Path) -> dict[str, Any]:
    """Return Django's e-mail settings. Without EMAIL_URL letters are written to the log, and nobody gets them."""
    parts = urlsplit(env.url("EMAIL_URL", MAIL_SCHEMES, "console://"))
    sender = env.text("DEFAULT_FROM_EMAIL", "ChatFlow <chatflow@localhost>")
    usual = {"DEFAULT_FROM_EMAIL": sender, "SERVER_EMAIL": sender, "EMAIL_TIMEOUT": 20}
    if parts.scheme == "console":
        return usual | {"EMAIL_BACKEND": f"{BACKENDS}.console.EmailBackend"}
    if parts.scheme == "file":
        folder = Path(unquote(parts.path)) if parts.path.strip("/") else data / "mail"
        return usual | {"EMAIL_BACKEND": f"{BACKENDS}.filebased.EmailBackend", "EMAIL_FILE_PATH": str(folder)}
    if not parts.hostname:
        raise ImproperlyConfigured("EMAIL_URL names no host: write smtp+tls://user:password@mail.example.org:587")
    return usual | {
        "EMAIL_BACKEND": f"{BACKENDS}.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or PORTS[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
    }


def public_url(origins: list[str]) -> str:
    """Return where people reach the site, for links in letters; the first trusted origin unless PUBLIC_URL says so."""
    local = f"http://{env.text('HOST', '127.0.0.1')}:{env.number('PORT', 8000)}"
    found = env.url("PUBLIC_URL", {"http", "https"}, origins[0] if origins else local)
    return found.rstrip("/")


def vapid_private_key(data: Path) -> str:
    """Return the site's key for push services (P-256, 32 bytes in base64url), made once like the other secrets."""
    key = env.kept_secret("VAPID_PRIVATE_KEY", data, make=_new_key)
    try:
        raw = urlsafe_b64decode(key + "=" * (-len(key) % 4))
    except ValueError:
        raw = b""
    if len(raw) != 32 or not 0 < int.from_bytes(raw) < ORDER_OF_P256:
        raise ImproperlyConfigured("VAPID_PRIVATE_KEY is not a P-256 key: 32 bytes in base64url, without padding")
    return key


def vapid_subject(address: str) -> str:
    """Return whom a push service may turn to: VAPID_SUBJECT, else the site itself where it is reached by https."""
    given = env.url("VAPID_SUBJECT", {"mailto", "https"})
    return given or (address if address.startswith("https://") else "mailto:chatflow@localhost")


def push_hosts() -> frozenset[str]:
    """Return the hosts of an intranet (`ntfy.lan`, or `ntfy.lan:8080`) that may get pushes, also by plain http."""
    return frozenset(host.lower() for host in env.words("PUSH_ALLOWED_HOSTS"))


def _new_key() -> str:
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return urlsafe_b64encode(number.to_bytes(32)).rstrip(b"=").decode()
