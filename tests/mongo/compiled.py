"""`python -m tests.mongo.compiled`: what the engine makes of migrations and queries, as JSON, without a server.

In a process of its own, because fields choose their column by the database the process is for.
"""

from __future__ import annotations

import os
import sys
from typing import Any

NOWHERE = "mongodb://nowhere.invalid/chatflow"


class Recorder:
    """Stands in for the database and its collections: notes what the schema editor makes."""

    def __init__(self, made: dict[str, dict[str, Any]], name: str = "") -> None:
        self.made, self.name = made, name

    def create_collection(self, name: str) -> None:
        self.made[name] = {}

    def create_indexes(self, indexes: list[Any]) -> None:
        for index in indexes:
            document = dict(index.document)
            self.made[self.name][document.pop("name")] = document | {"key": dict(document["key"])}

    def drop_index(self, name: str) -> None:
        del self.made[self.name][name]

    def drop(self) -> None:
        del self.made[self.name]

    def update_many(self, *change: Any) -> None:
        """Nothing is in it."""


def indexes() -> dict[str, dict[str, Any]]:
    """Run every migration; return {collection: {index: what it is}}."""
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    made: dict[str, dict[str, Any]] = {}
    editor: Any = connection.SchemaEditorClass(connection, atomic=False)
    editor.get_collection = lambda name: Recorder(made, name)
    editor.get_database = lambda: Recorder(made)
    graph = MigrationLoader(None).graph
    state = graph.make_state(nodes=[], at_end=False)
    for key in graph._generate_plan(graph.leaf_nodes(), at_end=True):
        state = graph.nodes[key].apply(state, editor)
    return {name: dict(sorted(indexes.items())) for name, indexes in sorted(made.items())}


def unique_without_nulls() -> list[list[str]]:
    """Return the columns of every unique field and constraint that cannot be null, by collection."""
    from django.apps import apps

    found: list[list[str]] = []
    for meta in (model._meta for model in apps.get_models(include_auto_created=True) if model._meta.managed):
        sets: list[tuple[str, ...]] = [
            (field.name,) for field in meta.local_fields if field.unique and field.column != "_id"
        ]
        sets += [*meta.unique_together, *(tuple(one.fields) for one in meta.total_unique_constraints)]
        fields: list[list[Any]] = [[meta.get_field(name) for name in names] for names in dict.fromkeys(sets)]
        found += [[meta.db_table, *(f.column for f in one)] for one in fields if not any(f.null for f in one)]
    return sorted(found)


def main() -> None:
    os.environ |= {"DATABASE_URL": NOWHERE, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    import django
    from bson import json_util

    django.setup()
    from tests.mongo.queries import commands

    told = {"indexes": indexes(), "unique": unique_without_nulls(), "commands": commands()}
    # Not sorted by key: in `$sort` and in an index the order is the meaning.
    sys.stdout.write(json_util.dumps(told, indent=1, json_options=json_util.RELAXED_JSON_OPTIONS) + "\n")


if __name__ == "__main__":
    main()
