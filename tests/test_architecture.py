"""The rules of the house that no linter knows (CONTRIBUTING.md)."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from core.errors import MESSAGES, AppError
from realtime.commands import COMMANDS
from tools import size_budget

ROOT = Path(__file__).resolve().parent.parent
APPS = (
    "core", "accounts", "rooms", "messaging", "moderation", "notifications", "privacy", "realtime", "analytics", "config",
)  # fmt: skip
PROTOCOL = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")
SAMPLES = ROOT / "tests" / "contract" / "events.json"
DOTTED = re.compile(r"[a-z_]+\.[a-z_]+")
# What would be wrong or slow on one of the databases, or hides who does what.
FORBIDDEN_CALLS = {"select_for_update", "select_related", "extra", "raw", "prefetch_related"}
FORBIDDEN_OPTIONS = {"ignore_conflicts", "update_conflicts"}
FORBIDDEN_IMPORTS = {
    "django.dispatch",
    "django.db.models.signals",
    "django.core.signals",
    "django.contrib.auth.signals",
}
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "managers", "mixins", "common", "misc", "signals"}


@cache
def sources() -> dict[Path, ast.Module]:
    paths = [path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in str(path)]
    return {path.relative_to(ROOT): ast.parse(path.read_text(encoding="utf-8")) for path in sorted(paths)}


def nodes(*kinds: type[ast.AST], inside: str = "") -> Iterator[tuple[str, Any]]:
    """Yield where and what: every node of these kinds in the product's own code."""
    for path, tree in sources().items():
        for node in ast.walk(tree):
            if str(path).startswith(inside) and isinstance(node, kinds):
                yield f"{path}:{getattr(node, 'lineno', 0)}", node


def section(start: str, end: str) -> str:
    return PROTOCOL.split(start, 1)[1].split(end, 1)[0]


def first_cells(text: str, column: int = 1) -> set[str]:
    """Return what stands in backticks in a column of the tables in `text`."""
    cells = [line.split("|")[column] for line in text.splitlines() if line.count("|") > column]
    return {name for cell in cells for name in re.findall(r"`([a-z_.]+)`", cell)}


DOCUMENTED_CODES = first_cells(section("| status | code", "## 2."), column=2)
DOCUMENTED_EVENTS = first_cells(section("### Events", "### What a client must do"))
DOCUMENTED_COMMANDS = first_cells(section("### Commands", "### Events"))


def test_nothing_is_too_long(capsys: pytest.CaptureFixture[str]) -> None:
    assert size_budget.main() == 0, capsys.readouterr().out


def test_modules_are_named_after_their_subject() -> None:
    assert [str(path) for path in sources() if EMPTY_NAMES & set(path.with_suffix("").parts)] == []


def test_what_one_of_the_databases_cannot_do_is_not_used() -> None:
    attributes = [
        f"{place} .{node.func.attr}()"
        for place, node in nodes(ast.Call)
        if isinstance(node.func, ast.Attribute) and node.func.attr in FORBIDDEN_CALLS
    ]
    options = [f"{place} {node.arg}" for place, node in nodes(ast.keyword) if node.arg in FORBIDDEN_OPTIONS]
    assert attributes + options == []


def test_nothing_happens_by_signal() -> None:
    imported = [(place, node.module) for place, node in nodes(ast.ImportFrom)]
    imported += [(place, name.name) for place, node in nodes(ast.Import) for name in node.names]
    assert [f"{place} {module}" for place, module in imported if module in FORBIDDEN_IMPORTS] == []


@pytest.mark.parametrize("app", [app for app in APPS if app != "config"])
def test_imports_stand_at_the_top(app: str) -> None:
    """An import inside a function hides a cycle. `config` alone has to set Django up before it can import models."""
    inner = [
        f"{place} {node.name}"
        for place, node in nodes(ast.FunctionDef, ast.AsyncFunctionDef, inside=f"{app}/")
        if any(isinstance(child, ast.Import | ast.ImportFrom) for child in ast.walk(node))
    ]
    assert inner == []


def test_only_services_and_the_socket_publish() -> None:
    allowed = re.compile(r"^(core/events|\w+/services/|realtime/)")
    calls = [place for place, node in nodes(ast.Call) if isinstance(node.func, ast.Name) and node.func.id == "publish"]
    assert [place for place in calls if not allowed.match(place)] == []


def _subclasses(kind: type[AppError]) -> Iterator[type[AppError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _subclasses(child)


def raised_codes() -> set[str]:
    """Return every code the product can answer with: named where an error is made, or the class's own."""
    own = {kind.__name__: kind.code for kind in _subclasses(AppError)}
    found = {node.value for _, node in nodes(ast.Constant, inside="rooms/permissions") if _dotted(node.value)}
    for _, node in nodes(ast.Call):
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name in own:
            named = node.args[0] if node.args else None
            found |= {named.value} if isinstance(named, ast.Constant) else {own[name]} - {"invalid"}
    return found | {"invalid"}


def _dotted(value: object) -> bool:
    return isinstance(value, str) and DOTTED.fullmatch(value) is not None


def literals() -> set[str]:
    return {node.value for _, node in nodes(ast.Constant) if isinstance(node.value, str)}


def test_every_error_code_is_documented() -> None:
    assert (raised_codes() | set(MESSAGES)) - DOCUMENTED_CODES == set()


def test_every_documented_error_code_exists() -> None:
    assert DOCUMENTED_CODES - literals() == set()


def test_every_command_is_documented() -> None:
    assert {*COMMANDS, "auth"} == DOCUMENTED_COMMANDS


def test_every_event_is_documented() -> None:
    made = {node.value for place, node in nodes(ast.Constant) if "/events.py" in place and _dotted(node.value)}
    assert made - DOCUMENTED_EVENTS == set()
    assert DOCUMENTED_EVENTS - literals() == set()


@pytest.mark.skipif(not SAMPLES.exists(), reason="tests/contract/events.json has not been written")
def test_every_event_has_a_sample() -> None:
    assert DOCUMENTED_EVENTS - set(_types(json.loads(SAMPLES.read_text(encoding="utf-8")))) == set()


def _types(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from [value["type"]] if isinstance(value.get("type"), str) else []
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _types(inner)
