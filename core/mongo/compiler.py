"""Pipelines that sort by an index, and errors told apart by their codes."""

from __future__ import annotations

from typing import Any

from django.db import DatabaseError, IntegrityError
from django_mongodb_backend import compiler
from django_mongodb_backend.compiler import SQLAggregateCompiler, SQLDeleteCompiler, SQLUpdateCompiler
from django_mongodb_backend.query import MongoQuery
from pymongo.errors import BulkWriteError

DUPLICATE_KEY = 11000

__all__ = ["SQLAggregateCompiler", "SQLCompiler", "SQLDeleteCompiler", "SQLInsertCompiler", "SQLUpdateCompiler"]


class SQLCompiler(compiler.SQLCompiler):
    def build_query(self, columns: Any = None) -> MongoQuery:
        """Leave out `$addFields: {"seq": "$seq"}`: after it, `$sort` could not use an index any more."""
        query = super().build_query(columns)
        if query.extra_fields:
            added = {name: value for name, value in query.extra_fields.items() if value != f"${name}"}
            query.extra_fields = added or None
        return query


class SQLInsertCompiler(compiler.SQLInsertCompiler):
    def insert(self, docs: list[dict[str, Any]], returning_fields: Any = None) -> list[tuple[Any]]:
        """Insert; a key that is taken is known by its code, whatever the server's words for it."""
        try:
            return super().insert(docs, returning_fields=returning_fields)  # type: ignore[no-any-return]
        except BulkWriteError as error:
            taken = any(one["code"] == DUPLICATE_KEY for one in error.details["writeErrors"])
            raise (IntegrityError if taken else DatabaseError)(str(error)) from error
