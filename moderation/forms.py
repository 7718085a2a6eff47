"""What moderators fill in at the desk. The services decide; forms only read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from moderation.models import SITE, Kind

DURATIONS = (
    (10, "10 minutes"),
    (60, "1 hour"),
    (1440, "1 day"),
    (10080, "7 days"),
    (40320, "28 days"),
    (0, "for good"),
)
DAYS = ((0, "nothing"), (1, "the last day"), (3, "the last 3 days"), (7, "the last 7 days"))

# What only some kinds of decision have.
LASTING, HIDING = (Kind.MUTE, Kind.BAN), (Kind.BAN,)


def only_for(kinds: Sequence[Kind]) -> forms.Select:
    """Return a field that the page shows while one of these kinds is chosen (static/moderation/desk.css)."""
    return forms.Select(attrs={"data-for": " ".join(kinds)})


class DecisionForm(forms.Form):
    kind = forms.ChoiceField(
        choices=[(Kind.WARNING, "Warn"), (Kind.MUTE, "Mute"), (Kind.REMOVAL, "Remove from room"), (Kind.BAN, "Ban")],
        initial=Kind.WARNING,
    )
    where = forms.TypedChoiceField(coerce=int, label="Where")
    minutes = forms.TypedChoiceField(
        choices=DURATIONS, coerce=int, initial=10, label="For how long", widget=only_for(LASTING)
    )
    hide_days = forms.TypedChoiceField(
        choices=DAYS, coerce=int, initial=0, label="Hide messages", widget=only_for(HIDING)
    )
    reason = forms.CharField(max_length=500, widget=forms.TextInput, label="Reason (the person reads it)")

    def __init__(self, *args: Any, rooms: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        where: Any = self.fields["where"]
        where.choices = [(SITE, "the whole site"), *rooms]

    def decision(self) -> dict[str, Any]:
        """Return what `impose` takes. What does not belong to the kind is left out."""
        given = self.cleaned_data
        kind = given["kind"]
        return {
            "kind": kind,
            "room_id": given["where"],
            "reason": given["reason"],
            "minutes": (given["minutes"] or None) if kind in LASTING else None,
            "hide_days": given["hide_days"] if kind in HIDING else 0,
        }


class MessagesForm(forms.Form):
    message = forms.TypedMultipleChoiceField(coerce=int)
    reason = forms.CharField(max_length=500, required=False)

    def __init__(self, *args: Any, messages: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["message"]
        field.choices = [(one, str(one)) for one in messages]


class LiftForm(forms.Form):
    sanction = forms.IntegerField(min_value=1)
    reason = forms.CharField(max_length=500, required=False)
    show = forms.BooleanField(required=False)


class AppealForm(forms.Form):
    sanction = forms.IntegerField(min_value=1)
    answer = forms.CharField(max_length=500, required=False)
    granted = forms.TypedChoiceField(choices=[("yes", "Grant"), ("no", "Refuse")], coerce=lambda word: word == "yes")


class NoteForm(forms.Form):
    text = forms.CharField(max_length=1000, widget=forms.Textarea(attrs={"rows": 2}), label="Note for moderators")


class CloseForm(forms.Form):
    outcome = forms.ChoiceField(choices=[("dismissed", "Dismiss"), ("acted", "Close as dealt with")])
    reason = forms.CharField(max_length=500, required=False)


class HeldForm(forms.Form):
    act = forms.ChoiceField(choices=[("release", "Release"), ("refuse", "Refuse")])
    reason = forms.CharField(max_length=200, required=False)
