"""Transactions: begun again when another one was in the way, and told apart from what is wrong for good."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, OperationalError
from pymongo.errors import OperationFailure
from pytest_django import Settings

from core.db import LABEL, atomic, on_commit, retried, undo
from core.errors import RateLimited
from core.limits import Limit, memory, spend
from rooms.models import Room
from tests.factories import make_room, make_user

ROOT = Path(__file__).resolve().parent.parent.parent


def conflict() -> DatabaseError:
    error = DatabaseError("write conflict")
    error.__cause__ = OperationFailure("WriteConflict", 112, {"errorLabels": [LABEL]})
    return error


def deadlock() -> DatabaseError:
    error = OperationalError("deadlock")
    error.__cause__ = psycopg.errors.DeadlockDetected()
    return error


class Action:
    """Fails with each of the errors in turn, then succeeds."""

    def __init__(self, *errors: Exception) -> None:
        self.errors, self.times = list(errors), 0

    def __call__(self) -> str:
        self.times += 1
        if self.errors:
            raise self.errors.pop(0)
        return "done"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("error", [conflict, deadlock])
def test_an_action_begins_again_until_nothing_is_in_its_way(error: Any) -> None:
    action = Action(error(), error(), error())
    assert retried(action.__call__)() == "done"
    assert action.times == 4


@pytest.mark.django_db(transaction=True)
def test_what_is_wrong_for_good_is_raised_at_once() -> None:
    action = Action(DatabaseError("no such table"))
    with pytest.raises(DatabaseError, match="no such table"):
        retried(action.__call__)()
    assert action.times == 1


@pytest.mark.django_db(transaction=True)
def test_it_is_not_tried_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.db.BEGIN_AGAIN_FOR", 0.05)
    with pytest.raises(DatabaseError, match="write conflict"):
        retried(Action(*(conflict() for _ in range(99))).__call__)()


@pytest.mark.django_db(transaction=True)
def test_inside_a_transaction_only_the_outermost_begins_again() -> None:
    inner = Action(conflict())

    @retried
    def outer() -> str:
        with atomic():
            return retried(inner.__call__)()

    assert outer() == "done"
    assert inner.times == 2


@pytest.mark.django_db(transaction=True)
def test_an_allowance_is_spent_once_however_often_it_begins(settings: Settings) -> None:
    settings.RATE_LIMITS, settings.REDIS_URL = True, ""
    memory.clear()
    once, action = Limit("once", times=1, seconds=60), Action(conflict(), conflict())

    @retried
    def spending() -> str:
        spend(once, "alice")
        return action()

    assert spending() == "done"
    with pytest.raises(RateLimited):
        spending()


@pytest.mark.django_db(transaction=True)
def test_what_fails_leaves_nothing_behind_and_tells_nobody() -> None:
    alice, told = make_user("alice"), []
    with pytest.raises(ZeroDivisionError), atomic():
        make_room(alice)
        on_commit(lambda: told.append("made"))
        raise ZeroDivisionError
    assert not Room.objects.exists()
    assert told == []


@pytest.mark.django_db(transaction=True)
def test_what_is_undone_leaves_nothing_behind_and_tells_nobody() -> None:
    alice, told = make_user("alice"), []
    with atomic():
        make_room(alice)
        on_commit(lambda: told.append("made"))
        undo()
    assert not Room.objects.exists()
    assert told == []


@pytest.mark.django_db(transaction=True)
def test_people_are_told_after_the_outermost_commit() -> None:
    alice, seen = make_user("alice"), []
    with atomic():
        with atomic():
            room = make_room(alice)
            on_commit(lambda: seen.append(Room.objects.filter(pk=room.pk).exists()))
        assert seen == []
    assert seen == [True]


def transactions() -> Iterator[tuple[str, bool]]:
    """Yield every function of a service that opens a transaction, and whether it begins again."""
    for path in sorted(ROOT.glob("*/services/*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and _opens(node):
                marks = {mark.id for mark in node.decorator_list if isinstance(mark, ast.Name)}
                yield f"{path.relative_to(ROOT)}: {node.name}", bool(marks & {"retried", "contextmanager"})


def _opens(function: ast.FunctionDef) -> bool:
    opened = {"atomic", "changing", "unique_names"}
    items = [item.context_expr for node in ast.walk(function) if isinstance(node, ast.With) for item in node.items]
    return any(isinstance(one, ast.Call) and getattr(one.func, "id", "") in opened for one in items)


def test_every_action_with_a_transaction_begins_again() -> None:
    """Those of a context manager are begun by the action that enters it, these by the functions that call them."""
    plain = {place for place, again in transactions() if not again}
    assert plain == {
        "messaging/services/attaching.py: purge",  # one statement; the next purge finds what is left
        "messaging/services/sending.py: _send",
        "moderation/services/audit.py: _begin",  # within the transaction of what is recorded
        "moderation/services/cases.py: join_case",
        "moderation/services/lifting.py: _on_site",
        "moderation/services/reporting.py: _file",
        "moderation/services/sanctions.py: _on_site",
        "notifications/services/deciding.py: note",  # one row; its job is run again
        "rooms/services/rooms.py: _create_direct",
    }
