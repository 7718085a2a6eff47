"""Every path of the site."""

from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from accounts.views import Me
from analytics import pages as analytics
from config import pages
from messaging.file_views import File, Thumbnail
from notifications.pages import unsubscribing
from rooms.services.access import muted_in_room, room_ids_of

admin.site.site_header = admin.site.site_title = settings.SITE_NAME
admin.site.index_title = "Desk"

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include("messaging.urls")),  # first: paths are tried in turn, and its are asked for most
    path("api/v1/me", Me.as_view(rooms_of=room_ids_of, muted_in_room=muted_in_room)),
    path("api/v1/", include("accounts.urls")),
    path("api/v1/", include("rooms.urls")),
    path("api/v1/", include("moderation.urls")),
    path("api/v1/", include("privacy.urls")),
    path("api/v1/", include("notifications.urls")),
    path("api/v1/", include("realtime.urls")),
    path("api/v1/", include("analytics.urls")),
    path("files/<str:file_id>", File.as_view()),
    path("files/<str:file_id>/thumbnail", Thumbnail.as_view()),
    re_path(r"^files(?:/|$)", pages.unknown_api),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(url_name="schema")),
    re_path(r"^api(?:/|$)", pages.unknown_api),
    # Passwords are changed in the client, where that ends the other sign-ins; Django's own page would not.
    path("admin/password_change/", RedirectView.as_view(url="/")),
    path("admin/", admin.site.admin_view(analytics.front_page)),
    path("admin/analytics/days.csv", analytics.days_table, name="analytics_days_csv"),
    path("admin/analytics/rooms.csv", analytics.rooms_table, name="analytics_rooms_csv"),
    path("admin/analytics/live.json", analytics.live_numbers, name="analytics_live"),
    path("admin/analytics/rooms/<str:room_id>/", analytics.room_page, name="analytics_room"),
    path("admin/", admin.site.urls),
    path("unsubscribe/<str:token>", unsubscribing),
    path("sw.js", pages.service_worker),
    path("manifest.webmanifest", pages.manifest),
    re_path(pages.CLIENT_PATHS, pages.app),
]
