"""The planner's rules as MongoDB documents them: which index finds a command's rows without reading others, in order.

Equality first, then the sort, then ranges. An index serves when its first fields are asked for one value each, and then
come the fields of the sort, all in its direction or all against it. Without a sort its first field has to be bounded.
"""

from __future__ import annotations

from typing import Any

Filter = dict[str, Any]
Order = dict[str, int]
BOUNDS = {"$gt", "$gte", "$lt", "$lte", "$in"}
BY_KEY = {"_id_": {"key": {"_id": 1}}}


def index_for(command: dict[str, Any], indexes: dict[str, Any]) -> str | None:
    """Return the first index that serves the command, None if it would read everything or sort in memory."""
    wanted, order = _asked(command)
    parts = _flat(wanted)
    known: dict[str, dict[str, Any]] = BY_KEY | indexes
    for name, index in known.items():
        if _covers(index.get("partialFilterExpression", {}), parts) and _serves(index["key"], parts, order):
            return name
    return None


def _asked(command: dict[str, Any]) -> tuple[Filter, Order]:
    if "find" in command:
        return command["filter"], command.get("sort", {})
    stages = {kind: value for stage in command["pipeline"] for kind, value in stage.items()}
    return stages.get("$match", {}), stages.get("$sort", {})


def _flat(wanted: Filter) -> list[tuple[str, Any]]:
    """Return the conditions that all hold. What is under `$or` only filters what was found."""
    found: list[tuple[str, Any]] = []
    for field, condition in wanted.items():
        if field == "$and":
            found += [part for each in condition for part in _flat(each)]
        elif field != "$or":
            found.append((field, condition))
    return found


def _covers(partial: Filter, parts: list[tuple[str, Any]]) -> bool:
    return all((field, condition) in parts for field, condition in partial.items())


def _serves(key: Order, parts: list[tuple[str, Any]], order: Order) -> bool:
    single = {field for field, condition in parts if not isinstance(condition, dict)}
    bounded = single | {field for field, condition in parts if isinstance(condition, dict) and BOUNDS & set(condition)}
    fields = list(key)
    if not order:
        return fields[0] in bounded
    left = {field: direction for field, direction in order.items() if field not in single}
    while fields and fields[0] in single:
        fields.pop(0)
    along = [key[field] * direction for field, direction in left.items() if field in key]
    return fields[: len(left)] == list(left) and len(along) == len(left) and len(set(along)) <= 1
