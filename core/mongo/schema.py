"""Indexes as the query planner can use them."""

from __future__ import annotations

from typing import Any

from django.db.models import Field, Model
from django_mongodb_backend import schema
from pymongo import IndexModel


class DatabaseSchemaEditor(schema.DatabaseSchemaEditor):
    def add_index(
        self,
        model: type[Model],
        index: Any,
        *,
        field: Field[Any, Any] | None = None,
        unique: bool = False,
        **place: Any,
    ) -> None:
        """Add an index; a unique one without nulls as a plain one.

        The backend makes every unique index partial (`$type`), for the sake of nulls. The planner uses a partial index
        only where the query repeats its filter, so `get(username=...)` would read the whole collection.
        """
        fields = [field] if field else [model._meta.get_field(name) for name, _ in index.fields_orders]
        if not unique or index.condition is not None or any(getattr(part, "null", True) for part in fields):
            super().add_index(model, index, field=field, unique=unique, **place)
            return
        keys = index.get_pymongo_index_model(model, schema_editor=self, field=field).document["key"]
        plain = IndexModel(list(keys.items()), name=index.name, unique=True)
        self.get_collection(model._meta.db_table).create_indexes([plain])
