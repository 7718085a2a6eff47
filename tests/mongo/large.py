"""Collections that are large enough for a planner to choose an index, made from the models: nothing of it means anything."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.apps import apps
from django.db.models import Field
from pymongo import IndexModel
from pymongo.database import Database

from tests.mongo.queries import SINCE, commands

ROWS = 6000
GROUPS = 97  # rooms, people: whoever is asked for has a part of the rows
SELDOM = 50  # of so many rows one has what most have not


def filled(data: Database[dict[str, Any]], indexes: dict[str, Any]) -> Database[dict[str, Any]]:
    """Make the collections of the hot queries, with the indexes that migrations make, and fill them."""
    wanted = {next(iter(command.values())) for command in commands().values()}
    models = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
    for name in sorted(wanted):
        made = [IndexModel(list(one["key"].items()), name=key, **_partial(one)) for key, one in indexes[name].items()]
        if made:
            data[name].create_indexes(made)
        data[name].insert_many([_row(models[name], number) for number in range(1, ROWS + 1)], ordered=False)
    return data


def _partial(index: dict[str, Any]) -> dict[str, Any]:
    """Return the filter of an index of some rows alone. That keys are unique no planner asks for, and the rows are not."""
    return {name: value for name, value in index.items() if name == "partialFilterExpression"}


def _row(model: Any, number: int) -> dict[str, Any]:
    return {field.column: _value(field, number) for field in model._meta.concrete_fields}


def _value(field: Field[Any, Any], number: int) -> Any:
    if field.primary_key:
        return number
    if field.null and number % SELDOM:
        return None
    kind = field.get_internal_type()
    if kind == "DateTimeField":
        return SINCE + timedelta(minutes=SELDOM - number)
    if kind == "BooleanField":
        return number % 2 == 0
    if kind in ("CharField", "TextField", "EmailField"):
        return _word(field, number)
    return number % GROUPS if str(field.column).endswith("_id") else number


def _word(field: Field[Any, Any], number: int) -> str:
    choices = [str(value) for value, _ in field.choices or ()]
    return choices[number % len(choices)] if choices else f"{field.name} {number}"
