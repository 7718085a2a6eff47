"""The moderators' desk: the queue, which renews itself, and one page per case with the evidence and every action."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from accounts.models import User
from core import clock
from core.api import key
from core.errors import AppError, NotFound
from messaging.models import Message
from moderation import forms
from moderation.admin.people import OfPeople, is_staff, named
from moderation.models import Case, Outcome
from moderation.services import appeals, cases, desk, exhibits
from moderation.services.evidence import Evidence, gather, look_at

Act = Callable[[User, Case, Any], object]


class StateFilter(admin.SimpleListFilter):
    """The queue shows what is open, unless it is asked for the rest."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, str]]:
        return [(Outcome.DISMISSED.value, "dismissed"), (Outcome.ACTED.value, "dealt with")]

    def choices(self, changelist: Any) -> Any:
        first, *others = super().choices(changelist)
        yield first | {"display": "open"}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Case]) -> QuerySet[Case]:
        return queryset.filter(outcome=self.value() or Outcome.OPEN)


@admin.register(Case)
class CaseAdmin(OfPeople):
    list_display = ("subject", "reports", "reporters", "appeals", "holder", "changed_at", "opened_at")
    list_filter = (StateFilter,)
    ordering = ("-changed_at", "-pk")
    names_people_of = ("subject_id", "claimed_by")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return super().changelist_view(request, (extra_context or {}) | {"title": "Queue"})

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return is_staff(request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Case]:
        return cases.visible_cases(person(request))

    def get_urls(self) -> list[URLPattern]:
        news = self.admin_site.admin_view(self.news)
        file, thumbnail = self.admin_site.admin_view(self.file), self.admin_site.admin_view(self.thumbnail)
        return [
            path("news/", news, name="moderation_case_news"),
            path("<str:case_id>/files/<str:file_id>/", file, name="moderation_case_file"),
            path("<str:case_id>/files/<str:file_id>/thumbnail/", thumbnail, name="moderation_case_thumbnail"),
            *super().get_urls(),
        ]

    def file(self, request: HttpRequest, case_id: str, file_id: str) -> HttpResponse:
        return self._lead_to(request, case_id, file_id, thumbnail=False)

    def thumbnail(self, request: HttpRequest, case_id: str, file_id: str) -> HttpResponse:
        return self._lead_to(request, case_id, file_id, thumbnail=True)

    def _lead_to(self, request: HttpRequest, case_id: str, file_id: str, *, thumbnail: bool) -> HttpResponse:
        try:
            url = exhibits.link_to_file(
                actor=person(request), case_id=key(case_id), file_id=key(file_id), thumbnail=thumbnail
            )
        except NotFound:
            raise Http404 from None
        return HttpResponseRedirect(url, headers={"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})

    @admin.display(description="about")
    def subject(self, case: Case) -> str:
        return named(case, "subject_id")

    @admin.display(description="taken by")
    def holder(self, case: Case) -> str:
        return named(case, "claimed_by") if case.holder(clock.now()) else "—"

    def news(self, request: HttpRequest) -> JsonResponse:
        """Answer with a word that changes when the queue (or, with `case`, that case) does; asked every few seconds."""
        found, asked = self.get_queryset(request), request.GET.get("case", "")
        try:
            found = found.filter(pk=key(asked)) if asked else found.filter(outcome=Outcome.OPEN)
        except NotFound:
            raise Http404 from None
        latest = found.order_by("-changed_at").values_list("pk", "changed_at")[:1]
        word = " ".join(f"{pk} {clock.iso(changed_at)}" for pk, changed_at in latest)
        return JsonResponse({"word": word}, headers={"Cache-Control": "no-store"})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            if request.method == "POST":
                return self._act(request, key(object_id))
            return self._page(request, look_at(actor=person(request), case_id=key(object_id)))
        except NotFound:
            raise Http404 from None

    def _page(self, request: HttpRequest, found: Evidence) -> HttpResponse:
        holder = found.case.holder(clock.now())
        context = self.admin_site.each_context(request) | {
            "title": f"Case about @{found.subject.username}",
            "opts": self.opts,
            "found": found,
            "people": found.people,
            "holder": found.people.get(holder),
            "is_mine": holder == person(request).pk,
            "is_open": found.case.outcome == Outcome.OPEN,
            "states": states_of(found),
            "decision": decision_form(found, None),
            "note": forms.NoteForm(),
            "now": clock.iso(clock.now()),
        }
        return TemplateResponse(request, "admin/moderation/case/case.html", context)

    def _act(self, request: HttpRequest, case_id: int) -> HttpResponse:
        actor, wish = person(request), request.POST.get("act", "")
        found = gather(actor=actor, case_id=case_id)
        make, act, done = ACTS.get(wish, (None, None, ""))
        if make is None or act is None:
            raise Http404
        form = make(found, request.POST)
        try:
            if not form.is_valid():
                for field, faults in form.errors.items():
                    messages.error(request, f"{form.fields[field].label or field}: {' '.join(map(str, faults))}")
            else:
                act(actor, found.case, form)
                messages.success(request, done)
        except NotFound:
            messages.error(request, "That is not there, or not for you.")
        except AppError as refusal:
            messages.error(request, refusal.in_words())
        return HttpResponseRedirect(request.path)


def person(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def states_of(found: Evidence) -> dict[str, str]:
    """Return of each reported message what has become of it: `shown` or `deleted`."""
    ids = [int(report.message_id) for report in found.reports if report.message_id]
    rows = Message.objects.in_bulk(ids)
    return {str(pk): "deleted" if row.deleted_at else "shown" for pk, row in rows.items()}


def decision_form(found: Evidence, data: Any) -> forms.DecisionForm:
    snapshots = [report.snapshot for report in found.reports if report.snapshot is not None]
    rooms = {int(one.room_id): one.room_name or "direct conversation" for one in snapshots}
    rooms |= {int(report.room_id): "the room named in the report" for report in found.reports
              if report.room_id and int(report.room_id) not in rooms}  # fmt: skip
    return forms.DecisionForm(data, rooms=sorted(rooms.items()))


def messages_form(found: Evidence, data: Any) -> forms.MessagesForm:
    ids = [int(report.message_id) for report in found.reports if report.message_id]
    return forms.MessagesForm(data, messages=ids)


def remove(actor: User, case: Case, form: Any) -> object:
    given = form.cleaned_data
    return desk.remove_reported(actor=actor, case_id=case.pk, message_ids=given["message"], reason=given["reason"])


def restore(actor: User, case: Case, form: Any) -> object:
    given = form.cleaned_data
    return desk.restore_reported(actor=actor, case_id=case.pk, message_ids=given["message"], reason=given["reason"])


def lift(actor: User, case: Case, form: Any) -> object:
    given = form.cleaned_data
    return desk.lift_from_subject(
        actor=actor, case_id=case.pk, sanction_id=given["sanction"], reason=given["reason"], show=given["show"]
    )


def answer(actor: User, case: Case, form: Any) -> object:
    given = form.cleaned_data
    return appeals.decide_appeal(
        actor=actor, sanction_id=given["sanction"], granted=given["granted"], answer=given["answer"]
    )


def close(actor: User, case: Case, form: Any) -> object:
    desk.hold(actor=actor, case_id=case.pk)
    return cases.close_case(actor=actor, case_id=case.pk, **form.cleaned_data)


# What a button does: the form it fills, the service behind it, and what is said when it is done.
ACTS: dict[str, tuple[Callable[[Evidence, Any], Any], Act, str]] = {
    "claim": (
        lambda found, data: Form(data), lambda a, c, f: desk.hold(actor=a, case_id=c.pk), "Yours for 15 minutes.",
    ),
    "release": (
        lambda found, data: Form(data), lambda a, c, f: cases.release_case(actor=a, case_id=c.pk), "Given back.",
    ),
    "note": (
        lambda found, data: forms.NoteForm(data),
        lambda a, c, f: cases.add_note(actor=a, case_id=c.pk, text=f.cleaned_data["text"]),
        "Noted.",
    ),
    "decide": (
        decision_form,
        lambda a, c, f: desk.sanction_subject(actor=a, case_id=c.pk, **f.decision()),
        "Done. The person has been told.",
    ),
    "delete": (messages_form, remove, "Deleted. It can be restored for 30 days."),
    "restore": (messages_form, restore, "Restored."),
    "lift": (lambda found, data: forms.LiftForm(data), lift, "Taken back. The person has been told."),
    "appeal": (lambda found, data: forms.AppealForm(data), answer, "Answered. The person has been told."),
    "close": (lambda found, data: forms.CloseForm(data), close, "Closed."),
}  # fmt: skip
