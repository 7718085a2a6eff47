"""What people may send, how long what was removed is kept, and from where pages may show files."""

from __future__ import annotations

from urllib.parse import urlsplit

from csp.constants import SELF

from config import env
from core.storage.options import LocalOptions, S3Options

MIB = 1024 * 1024
LARGEST = env.number("FILE_MEGABYTES", 25, least=1, most=100) * MIB
MOST_STORED = env.number("FILES_PER_PERSON_MEGABYTES", 1024) * MIB
LINK_PREVIEWS = env.flag("LINK_PREVIEWS", True)


def media_sources(store: LocalOptions | S3Options) -> dict[str, list[str]]:
    """Return the directives of the page's policy that let it send files to the store and show those in it."""
    origins = _origins(store) if isinstance(store, S3Options) else []
    return {
        "img-src": [SELF, "data:", "blob:", *origins],
        "media-src": [SELF, "blob:", *origins],
        "connect-src": [SELF, *origins],
    }


def _origins(store: S3Options) -> list[str]:
    """Return what the store's URLs can begin with: the bucket is in the host or in the path."""
    given = store.public_endpoint or store.endpoint
    if given:
        scheme, host = urlsplit(given)[:2]
        return [f"{scheme}://{host}", f"{scheme}://{store.bucket}.{host}"]
    hosts = ("s3.amazonaws.com", f"s3.{store.region}.amazonaws.com")
    return [f"https://{name}" for host in hosts for name in (host, f"{store.bucket}.{host}")]
