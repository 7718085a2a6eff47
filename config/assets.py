"""Static files, served ahead of Django: compressed beforehand, cached for ever where the name carries a hash."""

from __future__ import annotations

from typing import Any
from wsgiref.headers import Headers

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from servestatic import ServeStaticASGI

# The build's own bookkeeping (`.vite/`) is nobody's business.
HIDDEN = [".*"]


class StaticFiles(ServeStaticASGI):  # type: ignore[misc]  # comes without types
    """Wraps the site's ASGI application and answers below STATIC_URL; needs no `collectstatic`.

    Files are looked up once, at the start: what is not among them cannot be asked for, whatever the path says.
    """

    def __init__(self, application: Any) -> None:
        super().__init__(
            application,
            max_age=60,
            allow_all_origins=False,
            immutable_file_test=f"^{settings.STATIC_URL}assets/",
            add_headers_function=_harden,
        )
        for finder in get_finders():
            for path, storage in finder.list(HIDDEN):
                url = settings.STATIC_URL + path.replace("\\", "/")
                if url not in self.files:  # the first finder wins, as everywhere in Django
                    self.add_file_to_dictionary(url, storage.path(path))


def _harden(headers: Headers, path: str, url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
