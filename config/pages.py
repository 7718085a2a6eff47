"""The pages Django itself answers with: the shell that carries the web client, and what stands below no path."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from accounts.services.setup import setup_needed
from core.errors import NotFound

ENTRY = "src/main.tsx"
# Every path of the client: what is not the server's own and does not look like a file.
CLIENT_PATHS = r"^(?!(?:api|admin|static|media|files|ws)(?:/|$))[^.]*$"


class WebClient(NamedTuple):
    """The files of the built client, as the shell links them."""

    script: str
    styles: list[str]
    preloads: list[str]


@require_safe
@cache_control(no_store=True)
def app(request: HttpRequest, **_: Any) -> HttpResponse:
    """Return the shell. Which page it shows is the client's affair."""
    client = web_client()
    if client is None:
        return render(request, "not_built.html", {"site_name": settings.SITE_NAME}, status=503)
    return render(request, "app.html", {"client": client, "site_name": settings.SITE_NAME, "boot": boot()})


@require_safe
@cache_control(no_cache=True)
def service_worker(request: HttpRequest) -> HttpResponse:
    """Return the built service worker. It lies at the root, since it may do for what is below its own path alone."""
    try:
        script = (settings.WEB_CLIENT / "sw.js").read_bytes()
    except FileNotFoundError:
        return HttpResponse(status=404, content_type="text/plain")
    return HttpResponse(script, content_type="text/javascript", headers={"Service-Worker-Allowed": "/"})


@require_safe
@cache_control(max_age=3600)
def manifest(request: HttpRequest) -> JsonResponse:
    """Return what makes the site installable, under its own name."""
    icons = [
        {"src": static(f"icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": "any"}
        for size in (192, 512)
    ]
    maskable = {"src": static("icon-maskable-512.png"), "sizes": "512x512", "type": "image/png", "purpose": "maskable"}
    content = {
        "id": "/",
        "name": settings.SITE_NAME,
        "short_name": settings.SITE_NAME[:12].strip(),
        "description": f"{settings.SITE_NAME}: rooms and direct messages",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#f6f5f3",
        "theme_color": "#0f6f66",
        "categories": ["social", "productivity"],
        "icons": [*icons, maskable],
    }
    return JsonResponse(content, content_type="application/manifest+json")


def boot() -> dict[str, Any]:
    """Return what the client must know before it can ask."""
    return {
        "setup_needed": setup_needed(),
        "site_name": settings.SITE_NAME,
        "registration_open": settings.REGISTRATION_OPEN,
        "version": settings.VERSION,
    }


@csrf_exempt
def unknown_api(request: HttpRequest, **_: Any) -> JsonResponse:
    """Answer below /api/ as the API does, also where there is nothing."""
    return JsonResponse({"error": NotFound().payload()}, status=404)


def web_client() -> WebClient | None:
    """Return the built client, or nothing when it has not been built. A new build is noticed by its time stamp."""
    manifest = settings.WEB_CLIENT / ".vite" / "manifest.json"
    try:
        return _read(manifest, manifest.stat().st_mtime_ns)
    except FileNotFoundError:
        return None


@lru_cache(maxsize=1)
def _read(manifest: Path, changed: int) -> WebClient:
    chunks: dict[str, dict[str, Any]] = json.loads(manifest.read_text(encoding="utf-8"))
    needed = _with_imports(chunks, ENTRY, [])
    styles = dict.fromkeys(style for name in needed for style in chunks[name].get("css", []))
    files = [settings.STATIC_URL + chunks[name]["file"] for name in needed]
    return WebClient(files[0], [settings.STATIC_URL + style for style in styles], files[1:])


def _with_imports(chunks: dict[str, dict[str, Any]], name: str, found: list[str]) -> list[str]:
    """Return the chunk and all it cannot start without, so that the browser need not discover them one by one."""
    if name not in found:
        found.append(name)
        for other in chunks[name].get("imports", []):
            _with_imports(chunks, other, found)
    return found
