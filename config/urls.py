"""Every path of the site."""

from __future__ import annotations

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from accounts.views import Me
from config import pages
from rooms.services.access import room_ids_of

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/me", Me.as_view(rooms_of=room_ids_of)),
    path("api/v1/", include("accounts.urls")),
    path("api/v1/", include("rooms.urls")),
    path("api/v1/", include("messaging.urls")),
    path("api/v1/", include("realtime.urls")),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerView.as_view(url_name="schema")),
    re_path(r"^api(?:/|$)", pages.unknown_api),
    path("admin/", admin.site.urls),
    re_path(pages.CLIENT_PATHS, pages.app),
]
