"""Rules and the panic switch in the Django admin: for the site's staff. Services do everything."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from accounts.models import Pausable, Pause, User
from core.errors import AppError, NotFound
from core.listing import LookOnly
from moderation.admin.cases import person
from moderation.admin.people import is_staff
from moderation.models import Rule
from moderation.rules.kinds import compiled, read_parameters
from moderation.services import panic, rules, trials
from moderation.services.sanctions import LONGEST_MUTE
from rooms.models import Room

if TYPE_CHECKING:  # generic for the type checker alone
    BaseRules = admin.ModelAdmin[Rule]
    BasePauses = admin.ModelAdmin[Pause]
    BaseForm = forms.ModelForm[Rule]
else:
    BaseRules = BasePauses = admin.ModelAdmin
    BaseForm = forms.ModelForm

EXAMPLES = (
    'words {"words": ["…"], "whole": true} · pattern {"patterns": ["…"]} · links {"most": 0, "allowed": [], "denied": []} · '
    'mentions {"most": 5, "times": 10, "seconds": 60} · repeats {"times": 3, "seconds": 60} · '
    'newcomers {"hours": 24, "links": true, "files": false, "mentions": false, "messages": 0}'
)

UNTRIED = (
    "As it is now, it has not been tried. Save it switched off, try it on the last 30 days, then switch it on; in an "
    "emergency tick the field below."
)


class RuleForm(BaseForm):
    mute_minutes = forms.IntegerField(min_value=1, max_value=LONGEST_MUTE // timedelta(minutes=1), initial=10)
    place = forms.IntegerField(min_value=-1000, max_value=1000, initial=0)
    # Shown to whom the trial has been asked of.
    untried = forms.BooleanField(
        required=False, label="Switch it on without a trial", widget=forms.HiddenInput, help_text="In an emergency."
    )

    class Meta:
        model = Rule
        fields = (
            "name", "kind", "parameters", "room_id", "action", "mute_minutes", "reason", "spares_moderators", "in_direct",
            "enabled", "untried", "place",
        )  # fmt: skip
        help_texts = {"parameters": EXAMPLES, "room_id": "0: the whole site", "reason": "What the author is told."}
        widgets = {"parameters": forms.Textarea(attrs={"rows": 6, "cols": 90})}

    def clean_room_id(self) -> int:
        room_id: int = self.cleaned_data["room_id"]
        if room_id and not Room.objects.filter(pk=room_id).exists():
            raise forms.ValidationError("There is no such room.")
        return room_id

    def clean(self) -> dict[str, Any]:
        if self.instance._state.adding and Rule.objects.count() >= rules.MOST_RULES:
            self.add_error(None, f"There are {rules.MOST_RULES} rules already: remove one first.")
        given = super().clean() or self.cleaned_data
        try:
            compiled(given.get("kind", ""), read_parameters(given.get("parameters", "")), 0)
        except AppError as refusal:
            self.add_error("parameters", refusal.in_words())
        except KeyError:  # the kind itself is wrong, and said to be
            pass
        if not self.errors and given["enabled"] and not given["untried"] and not self._is_known(given):
            self.fields["untried"].widget = forms.CheckboxInput()
            self.add_error("enabled", UNTRIED)
        return given

    def _is_known(self, given: dict[str, Any]) -> bool:
        """Return whether the rule finds what it finds already, or what a trial has shown."""
        before: Rule = self.instance
        if before._state.adding or given["kind"] != before.kind:
            return False
        same = given["parameters"] == before.parameters
        return (before.enabled and same) or trials.is_tried(before.pk, given["parameters"])


@admin.register(Rule)
class RuleAdmin(BaseRules):
    """Each rule has a page that shows how it would have done on the last 30 days: look there before switching it on."""

    form = RuleForm
    list_display = ("name", "kind", "action", "room_id", "enabled", "place")
    list_filter = ("enabled",)
    ordering = ("place", "pk")
    show_full_result_count = False
    change_form_template = "admin/moderation/rule/change_form.html"

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return is_staff(request)

    has_change_permission = has_delete_permission = has_view_permission

    def has_add_permission(self, request: HttpRequest) -> bool:
        return is_staff(request)

    def get_urls(self) -> list[URLPattern]:
        trial = self.admin_site.admin_view(self.trial)
        return [path("<int:rule_id>/trial/", trial, name="moderation_rule_trial"), *super().get_urls()]

    def save_model(self, request: HttpRequest, obj: Rule, form: Any, change: bool) -> None:
        rules.keep_rule(actor=person(request), rule=obj)

    def delete_model(self, request: HttpRequest, obj: Rule) -> None:
        rules.remove_rule(actor=person(request), rule_id=obj.pk)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Rule]) -> None:
        for rule_id in queryset.values_list("pk", flat=True):
            rules.remove_rule(actor=person(request), rule_id=rule_id)

    def trial(self, request: HttpRequest, rule_id: int) -> HttpResponse:
        actor = person(request)
        try:
            rule = rules.rule_for(actor=actor, rule_id=rule_id)
        except NotFound:
            raise Http404 from None
        if request.method == "POST":
            trials.start_trial(actor=actor, rule_id=rule_id)
            return HttpResponseRedirect(request.path)
        context = self.admin_site.each_context(request) | {
            "title": f"Trial of “{rule}”",
            "opts": self.opts,
            "rule": rule,
        }
        try:
            trial = trials.trial_of(actor=actor, rule_id=rule_id)
            samples = trials.samples_of(actor=actor, rule_id=rule_id) if trial.finished_at else []
            authors = User.objects.in_bulk({message.author_id for message in samples})
            shown = [(message, authors[message.author_id]) for message in samples]
            percent = round(100 * trial.progress)
            context |= {
                "trial": trial,
                "percent": percent,
                "samples": shown,
                "is_changed": trial.parameters != rule.parameters,
            }
        except NotFound:
            context |= {"trial": None}
        return TemplateResponse(request, "admin/moderation/rule/trial.html", context)


class PauseForm(forms.Form):
    what = forms.ChoiceField(choices=[
        (Pausable.SIGN_UPS.value, "New accounts"),
        (Pausable.STRANGERS.value, "Direct messages between people who share no room"),
        (Pausable.LINKS.value, "Links, except by moderators"),
    ])  # fmt: skip
    hours = forms.IntegerField(min_value=0, max_value=panic.LONGEST, help_text="0 ends a pause at once.", initial=2)
    reason = forms.CharField(max_length=200, required=False)


@admin.register(Pause)
class PauseAdmin(LookOnly, BasePauses):
    """The panic switch."""

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return is_staff(request)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        actor, form = person(request), PauseForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            given = form.cleaned_data
            if given["hours"]:
                panic.pause(actor=actor, **given)
            else:
                panic.resume(actor=actor, what=given["what"])
            messages.success(request, "Paused." if given["hours"] else "It runs again.")
            return HttpResponseRedirect(reverse("admin:accounts_pause_changelist"))
        context = self.admin_site.each_context(request) | {"title": "Panic switch", "opts": self.opts, "form": form}
        labels = dict(form.fields["what"].choices)  # type: ignore[attr-defined]
        held = [(labels[what], until) for what, until in panic.pauses(actor=actor).items()]
        return TemplateResponse(request, "admin/moderation/panic.html", context | {"pauses": held})
