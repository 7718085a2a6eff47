"""What rules hold back, in the Django admin: for the site's staff to read, to release and to refuse."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from core.api import key
from core.db import at_most_one
from core.errors import AppError, NotFound
from moderation.admin.cases import person
from moderation.admin.people import OfPeople, is_staff, named
from moderation.forms import HeldForm
from moderation.models import HeldMessage
from moderation.services import holding
from rooms.models import Room


@admin.register(HeldMessage)
class HeldAdmin(OfPeople):
    """Whoever is shown what was written in private is recorded; what is decided there is asked of the services."""

    list_display = ("created_at", "author", "rule_name", "text", "state", "decided_at")
    list_filter = ("state",)
    ordering = ("-pk",)
    names_people_of = ("author_id", "decided_by")
    actions = ("release", "refuse")
    fields = readonly_fields = (
        "author", "room", "text", "files_held", "rule_name", "created_at", "state", "decider", "decided_at",
    )  # fmt: skip
    change_form_template = "admin/moderation/heldmessage/change_form.html"

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return is_staff(request)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        response = super().changelist_view(request, extra_context)
        shown = getattr(response, "context_data", {}).get("cl")
        if shown is not None:
            holding.note_read(actor=person(request), held=list(shown.result_list))
        return response

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if request.method == "POST" and object_id is not None:
            return self._decide_shown(request, object_id)
        response = super().changeform_view(
            request, object_id, form_url, (extra_context or {}) | {"title": "Held message"}
        )
        shown = getattr(response, "context_data", {}).get("original")
        if shown is not None:
            holding.note_read(actor=person(request), held=[shown])
        return response

    @admin.action(description="Release: send them now", permissions=["view"])
    def release(self, request: HttpRequest, queryset: QuerySet[HeldMessage]) -> None:
        self._decide(request, queryset, "release")

    @admin.action(description="Refuse: they will not be sent", permissions=["view"])
    def refuse(self, request: HttpRequest, queryset: QuerySet[HeldMessage]) -> None:
        self._decide(request, queryset, "refuse")

    def _decide(self, request: HttpRequest, chosen: QuerySet[HeldMessage], wish: str, reason: str = "") -> None:
        done = 0
        for held_id in chosen.order_by("pk").values_list("pk", flat=True):
            try:
                if wish == "release":
                    holding.release(actor=person(request), held_id=held_id)
                else:
                    holding.refuse(actor=person(request), held_id=held_id, reason=reason)
                done += 1
            except AppError as refusal:
                messages.error(request, refusal.in_words())
        if done:
            messages.success(request, f"{done} done.")

    def _decide_shown(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Do what the buttons of a message's own page say."""
        form = HeldForm(request.POST)
        try:
            shown = HeldMessage.objects.filter(pk=key(object_id))
        except NotFound:
            raise Http404 from None
        if form.is_valid() and shown.exists():
            self._decide(request, shown, form.cleaned_data["act"], form.cleaned_data["reason"])
            return HttpResponseRedirect(request.path)
        raise Http404

    @admin.display(description="by")
    def author(self, held: HeldMessage) -> str:
        return named(held, "author_id")

    @admin.display(description="decided by")
    def decider(self, held: HeldMessage) -> str:
        return named(held, "decided_by")

    @admin.display(description="in")
    def room(self, held: HeldMessage) -> str:
        room = at_most_one(Room.objects.filter(pk=held.room_id))
        return (room.name or "a direct conversation") if room is not None else "a room that is gone"

    @admin.display(description="files")
    def files_held(self, held: HeldMessage) -> str:
        return str(len(holding.file_ids_of(held)) or "none")
