"""`S3_*` -> where files are kept: in an S3-compatible store, or without them in the data directory."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from config import env
from core.storage.names import KEY
from core.storage.options import LocalOptions, S3Options

BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
ADDRESSING_STYLES = ("auto", "path", "virtual")


def file_store(data: Path) -> LocalOptions | S3Options:
    """Return the setting; half a configuration stops the start with the variable's name."""
    given = S3Options(
        bucket=env.text("S3_BUCKET"),
        endpoint=_host("S3_ENDPOINT_URL", env.url("S3_ENDPOINT_URL", {"http", "https"})),
        public_endpoint=_host("S3_PUBLIC_ENDPOINT_URL", env.url("S3_PUBLIC_ENDPOINT_URL", {"http", "https"})),
        region=env.text("S3_REGION", "us-east-1"),
        access_key=env.text("S3_ACCESS_KEY_ID"),
        secret_key=env.text("S3_SECRET_ACCESS_KEY"),
        addressing_style=env.text("S3_ADDRESSING_STYLE", "auto"),
        prefix=_folder(env.text("S3_PREFIX")),
    )
    if given == S3Options(bucket=""):
        return LocalOptions(data / "files")
    _require_whole(given)
    return given


def _require_whole(given: S3Options) -> None:
    if not given.bucket:
        raise ImproperlyConfigured("S3_BUCKET is not set, but other S3_* variables are: name the bucket")
    if not BUCKET.fullmatch(given.bucket):
        raise ImproperlyConfigured(f"S3_BUCKET={given.bucket!r} is not the name of a bucket")
    if given.access_key and not given.secret_key:
        raise ImproperlyConfigured("S3_SECRET_ACCESS_KEY is missing: S3_ACCESS_KEY_ID is set")
    if given.secret_key and not given.access_key:
        raise ImproperlyConfigured("S3_ACCESS_KEY_ID is missing: S3_SECRET_ACCESS_KEY is set")
    if given.addressing_style not in ADDRESSING_STYLES:
        known = ", ".join(ADDRESSING_STYLES)
        raise ImproperlyConfigured(f"S3_ADDRESSING_STYLE={given.addressing_style!r} is not known: use one of {known}")


def _host(name: str, url: str) -> str:
    parts = urlsplit(url)
    if url and (not parts.hostname or parts.path.strip("/") or parts.query):
        raise ImproperlyConfigured(f"{name} is a host alone, https://s3.example.org: the bucket goes into S3_BUCKET")
    return url.rstrip("/")


def _folder(prefix: str) -> str:
    if prefix and not KEY.fullmatch(prefix.strip("/")):
        raise ImproperlyConfigured(f"S3_PREFIX={prefix!r} may only have a-z, 0-9, _, - and / in it")
    return f"{prefix.strip('/')}/" if prefix else ""
