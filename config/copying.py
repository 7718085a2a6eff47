"""Move a whole installation from one database to another: the steps of `manage.py copy_data`.

Each side is a process of its own (`python -m config.copying STEP`), because a process is made for one database: on MongoDB
the key is another column. Between them rows travel as lines of JSON, in the order of their keys. The target's last key
therefore says where to go on after an interruption, and no other note is kept.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import groupby, islice
from typing import Any

import django
import msgspec
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import DEFAULT_DB_ALIAS, DatabaseError, router
from django.db.models import Model

BATCH = 500
# Made anew by every `migrate`; in the target they give way to the source's, whose keys other rows name.
REMADE = ("auth.permission", "contenttypes.contenttype")
Kind = type[Model]


def kinds() -> list[Kind]:
    """Return every model that has a table in the main database, each after those it refers to."""
    waiting = [model for model in apps.get_models(include_auto_created=True) if _is_moved(model)]
    waiting = sorted((model for model in waiting if not model._meta.proxy), key=label)
    found: list[Kind] = []
    while waiting:
        ready = [model for model in waiting if not _referred(model) & (set(waiting) - {model})]
        if not ready:
            raise CommandError(f"these refer to each other in a circle: {', '.join(map(label, waiting))}")
        found += ready
        waiting = [model for model in waiting if model not in ready]
    return found


def _is_moved(model: Kind) -> bool:
    """What has a database of its own (analytics) stays there."""
    return model._meta.managed and router.db_for_write(model) == DEFAULT_DB_ALIAS


def _referred(model: Kind) -> set[Any]:
    return {field.related_model for field in model._meta.concrete_fields if field.related_model}


def label(model: Kind) -> str:
    return model._meta.label_lower


def check() -> None:
    """In the source: see that it is what this version of ChatFlow can read."""
    try:
        call_command("migrate", "--check", verbosity=0)
    except SystemExit:
        raise CommandError("the source is not up to date (or empty): run manage.py migrate there first") from None


def prepare(resume: str = "") -> None:
    """In the target: make the tables, see that they are empty, and tell the last key of each.

    To go on with a copy it is left as it is: `migrate` would add what is only on its way here.
    """
    if not resume:
        call_command("migrate", verbosity=0, interactive=False)
        full = [label(model) for model in kinds() if label(model) not in REMADE and model._base_manager.exists()]
        if full:
            raise CommandError(f"the target is not empty ({', '.join(full)}): use --resume to go on with a copy")
        for name in REMADE:
            apps.get_model(name)._base_manager.all().delete()
    _tell({label(model): _last_key(model) for model in kinds()})


def _last_key(model: Kind) -> Any:
    return model._base_manager.order_by("-pk").values_list("pk", flat=True).first()


def read(after: str) -> None:
    """In the source: print the rows whose keys come after those of `prepare`."""
    known = json.loads(after)
    for model in kinds():
        for row in rows(model, known[label(model)]):
            sys.stdout.buffer.write(msgspec.json.encode([label(model), row]) + b"\n")


def rows(model: Kind, after: Any = None) -> Iterator[tuple[Any, ...]]:
    """Yield the rows in the order of their keys, a batch at a time, however many there are."""
    names = [field.attname for field in model._meta.concrete_fields]
    key = names.index(model._meta.pk.attname)
    while True:
        left = model._base_manager.order_by("pk") if after is None else model._base_manager.filter(pk__gt=after)
        batch = list(left.order_by("pk").values_list(*names)[:BATCH])
        yield from batch
        if len(batch) < BATCH:
            return
        after = batch[-1][key]


def write() -> None:
    """In the target: keep the rows that come in. A batch is kept whole or not at all."""
    lines = map(msgspec.json.decode, sys.stdin.buffer)
    for name, of_kind in groupby(lines, key=lambda line: line[0]):
        model = apps.get_model(name)
        count = sum(_keep(model, batch) for batch in _batches(row for _, row in of_kind))
        print(f"{name}: {count}", flush=True)


def _batches(found: Iterable[list[Any]]) -> Iterator[list[list[Any]]]:
    waiting = iter(found)
    while batch := list(islice(waiting, BATCH)):
        yield batch


def _keep(model: Kind, batch: list[list[Any]]) -> int:
    fields = model._meta.concrete_fields
    made = [
        model(**{field.attname: field.to_python(value) for field, value in zip(fields, row, strict=True)})
        for row in batch
    ]
    return len(model._base_manager.bulk_create(made))


def sums() -> None:
    """On either side: print how many rows of each kind there are, and a checksum that no order of theirs changes."""
    _tell({label(model): _sum(model) for model in kinds()})


def _sum(model: Kind) -> list[Any]:
    count, total = 0, 0
    for row in rows(model):
        line = msgspec.json.encode([_as_kept_everywhere(value) for value in row])
        total = (total + int.from_bytes(hashlib.blake2b(line, digest_size=16).digest())) % 2**128
        count += 1
    return [count, f"{total:032x}"]


def _as_kept_everywhere(value: Any) -> Any:
    """Return a time in whole milliseconds: MongoDB keeps no more."""
    if isinstance(value, datetime):
        return value.replace(microsecond=value.microsecond // 1000 * 1000)
    return value


def _tell(told: Any) -> None:
    print(json.dumps(told))


STEPS: dict[str, Callable[..., None]] = {"check": check, "prepare": prepare, "read": read, "write": write, "sums": sums}


def main(step: str, *arguments: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        django.setup()
        STEPS[step](*arguments)
    except (ImproperlyConfigured, CommandError) as error:
        sys.exit(str(error))
    except (KeyboardInterrupt, BrokenPipeError):  # told to stop, or nobody is there to copy for
        os._exit(1)
    except DatabaseError as error:
        sys.exit(f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else error.__cause__}")


if __name__ == "__main__":
    main(*sys.argv[1:])
