"""Lists that name people: looked up for the shown page alone, in one query."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from django.contrib.admin import ModelAdmin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from accounts.models import User
from accounts.names import username_key
from core.db import at_most_one
from core.listing import LookOnly

if TYPE_CHECKING:  # generic for the type checker alone
    BaseAdmin = ModelAdmin[Any]
else:
    BaseAdmin = ModelAdmin


def is_staff(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "is_staff", False))


class NamedList(ChangeList):
    """Gives each shown row `people`: {id: User} of whom the columns in `model_admin.names_people_of` name."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        rows = list(self.result_list)
        give_names(rows, cast(OfPeople, self.model_admin).names_people_of)
        self.result_list = rows


def give_names(rows: Sequence[Any], columns: Sequence[str]) -> None:
    people = User.objects.in_bulk({getattr(row, column) for row in rows for column in columns} - {0})
    for row in rows:
        row.people = people


class OfPeople(LookOnly, BaseAdmin):
    """A list for looking that is searched by whom it is about: their username, in whole."""

    names_people_of: Sequence[str] = ()
    search_help_text = "A username, in whole"
    search_fields = ("pk",)  # shows the box; get_search_results looks for the person
    list_per_page = 50

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return NamedList

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        row = super().get_object(request, object_id, from_field)
        give_names([row] if row is not None else [], self.names_people_of)
        return row

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if not search_term.strip():
            return queryset, False
        person = at_most_one(User.objects.filter(username_key=username_key(search_term.strip().lstrip("@"))))
        if person is None:
            return queryset.none(), False
        asked = Q()
        for column in self.names_people_of:
            asked |= Q(**{column: person.pk})
        return queryset.filter(asked), False


def named(row: Any, column: str) -> str:
    """Return who stands in this column of a row, by name; a rule acts by itself."""
    user_id: int = getattr(row, column)
    person = row.people.get(user_id)
    return f"@{person.username}" if person is not None else str(user_id) if user_id else "—"
