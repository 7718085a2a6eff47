"""What was decided about people, in the Django admin: for the site's staff to look at."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from core import clock
from moderation.admin.people import OfPeople, is_staff, named
from moderation.models import Kind, Sanction


class KindFilter(admin.SimpleListFilter):
    title = "kind"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, str]]:
        return [(value, str(label)) for value, label in Kind.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Sanction]) -> QuerySet[Sanction]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Sanction)
class SanctionAdmin(OfPeople):
    list_display = ("person", "kind", "state", "expires_at", "place", "reason", "issuer", "created_at")
    list_filter = (KindFilter,)
    ordering = ("-pk",)
    names_people_of = ("user_id", "issued_by")
    fields = readonly_fields = (
        "user_id", "kind", "room_id", "room_name", "reason", "issued_by", "created_at", "expires_at", "lifted_at",
        "lifted_by", "hide_days", "hidden_at", "seen_at",
    )  # fmt: skip

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return is_staff(request)

    @admin.display(description="about")
    def person(self, sanction: Sanction) -> str:
        return named(sanction, "user_id")

    @admin.display(description="by")
    def issuer(self, sanction: Sanction) -> str:
        return named(sanction, "issued_by")

    @admin.display(description="where")
    def place(self, sanction: Sanction) -> str:
        return sanction.room_name or str(sanction.room_id) if sanction.room_id else "the whole site"

    @admin.display(description="now")
    def state(self, sanction: Sanction) -> str:
        if sanction.lifted_at is not None:
            return "taken back"
        return "in force" if sanction.is_active(clock.now()) else "over"
