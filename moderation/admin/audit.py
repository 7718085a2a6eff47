"""The audit log in the Django admin, for administrators: to look at, to filter, to take away."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse

from core import clock
from core.audit import Action, record
from core.db import atomic
from moderation.admin.people import OfPeople, named
from moderation.models import AuditEntry

COLUMNS = (
    "seq", "at", "actor_id", "action", "target", "target_id", "subject_id", "room_id", "change", "reason", "address",
    "previous", "seal",
)  # fmt: skip
MOST_EXPORTED = 100_000
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run


class ActionFilter(admin.SimpleListFilter):
    title = "action"
    parameter_name = "action"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(action.value, action.value.replace("_", " ").replace(".", " ")) for action in Action]

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        return queryset.filter(action=self.value()) if self.value() else queryset


class WhenFilter(admin.SimpleListFilter):
    title = "time"
    parameter_name = "days"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("1", "the last 24 hours"), ("7", "the last 7 days"), ("30", "the last 30 days")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        days = {"1": 1, "7": 7, "30": 30}.get(self.value() or "")
        return queryset.filter(at__gte=clock.now() - timedelta(days=days)) if days else queryset


@admin.register(AuditEntry)
class AuditEntryAdmin(OfPeople):
    list_display = ("seq", "at", "actor", "action", "subject", "reason", "change", "address")
    list_filter = (ActionFilter, WhenFilter)
    ordering = ("-seq",)
    names_people_of = ("actor_id", "subject_id")
    fields = readonly_fields = COLUMNS

    @admin.display(description="who")
    def actor(self, entry: AuditEntry) -> str:
        return named(entry, "actor_id")

    @admin.display(description="about whom")
    def subject(self, entry: AuditEntry) -> str:
        return named(entry, "subject_id")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.export)
        return [path("export/", view, name="moderation_auditentry_export"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        exports = [(kind.upper(), self._export_of(request, kind)) for kind in ("csv", "json")]
        return super().changelist_view(request, (extra_context or {}) | {"exports": exports, "title": "Audit log"})

    def _export_of(self, request: HttpRequest, kind: str) -> str:
        asked = request.GET.copy()
        asked["kind"] = kind
        return f"{reverse('admin:moderation_auditentry_export')}?{asked.urlencode()}"

    def export(self, request: HttpRequest) -> HttpResponse:
        """Answer with what the list's filters leave, oldest first, as a file; that it was taken is itself recorded."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        asked = request.GET.copy()
        kind = "json" if "json" in asked.pop("kind", []) else "csv"
        request.GET = asked  # type: ignore[assignment]
        try:
            found: QuerySet[AuditEntry] = self.get_changelist_instance(request).queryset
        except IncorrectLookupParameters:
            raise Http404 from None
        rows = list(found.order_by("-seq").values(*COLUMNS)[:MOST_EXPORTED])[::-1]
        with atomic():
            change = {"entries": len(rows), "filter": asked.urlencode()[:500]}
            record(Action.AUDIT_EXPORTED, actor_id=request.user.pk or 0, change=change)
        text, media_type = (as_json(rows), "application/json") if kind == "json" else (as_csv(rows), "text/csv")
        name = f"audit-{clock.now():%Y-%m-%d}.{kind}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        return HttpResponse(text, content_type=f"{media_type}; charset=utf-8", headers=headers)


def as_json(rows: Sequence[dict[str, Any]]) -> str:
    """Return the entries as they were sealed; ids are strings, as everywhere."""
    entries = [
        {name: str(value) if name.endswith("_id") else value for name, value in row.items()}
        | {"at": clock.iso(row["at"]), "change": json.loads(row["change"])}
        for row in rows
    ]
    return json.dumps(entries, ensure_ascii=False, indent=1)


def as_csv(rows: Sequence[dict[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([_harmless(value) for value in (row | {"at": clock.iso(row["at"])}).values()])
    return text.getvalue()


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
