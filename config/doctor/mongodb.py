"""MongoDB: a replica set with a majority alive, its indexes, and how long a killed process may hold a room."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.apps import apps
from django.db.models import Model
from pymongo.errors import PyMongoError

from config.doctor.finding import Finding, drift, ok, problem, warning
from config.reach import Connection
from core import clock

LIFETIME = "transactionLifetimeLimitSeconds"
MOST_LIFETIME = 30  # seconds


def check(engine: Connection) -> Iterator[Finding]:
    client = engine.connection
    hello = client.admin.command("hello")
    kind = f"replica set {hello['setName']}" if "setName" in hello else "sharded cluster"
    yield ok(f"MongoDB {client.server_info()['version']}, {kind}, database {engine.settings_dict['NAME']}")
    if "hosts" in hello and len(hello["hosts"]) < 3:
        yield warning(
            f"{len(hello['hosts'])} server holds everything", "add members to the replica set: three outlive one"
        )
    if isinstance(there := hello.get("localTime"), datetime):
        yield drift((clock.now() - there.replace(tzinfo=UTC)).total_seconds(), "the database")
    yield from _lifetime(client)
    yield _indexes(client[engine.settings_dict["NAME"]])


def _lifetime(client: Any) -> Iterator[Finding]:
    """Say nothing where only the cluster's administrators may ask."""
    try:
        seconds = client.admin.command("getParameter", 1, **{LIFETIME: 1})[LIFETIME]
    except (PyMongoError, KeyError):
        return
    if seconds > MOST_LIFETIME:
        yield warning(
            f"a process that is killed may keep a room from being written to for {seconds} s",
            f"start mongod with --setParameter {LIFETIME}=10",
        )


def _indexes(data: Any) -> Finding:
    missing = [
        f"{model._meta.db_table} ({', '.join(columns)})"
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
        for columns in sorted(wanted(model) - _there(data[model._meta.db_table]))
    ]
    if missing:
        return problem(f"indexes are missing: {'; '.join(missing)}", "make them by hand, or migrate a copy (copy_data)")
    return ok("every index is there")


def wanted(model: type[Model]) -> set[tuple[str, ...]]:
    """Return the columns of every index the model asks for."""
    meta = model._meta
    fields: list[Any] = list(meta.local_fields)
    names: list[tuple[str, ...]] = [(field.name,) for field in fields if field.unique or field.db_index]
    names += [tuple(index.fields) for index in meta.indexes]
    names += [tuple(constraint.fields) for constraint in meta.total_unique_constraints]
    names += [tuple(together) for together in meta.unique_together]
    columns = {tuple(str(meta.get_field(name.lstrip("-")).column) for name in one) for one in names}  # type: ignore[union-attr]
    return columns - {("_id",)}


def _there(collection: Any) -> set[tuple[str, ...]]:
    return {tuple(name for name, _ in index["key"]) for index in collection.index_information().values()}
