"""Every REST route keeps to its row in tests/policy.py, seen by a stranger and by carol, the outsider."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import User
from messaging.models import Message
from messaging.services.sending import send_message
from moderation.models import Case, HeldMessage, Rule
from moderation.services.appeals import appeal
from moderation.services.reporting import report_person
from moderation.services.rules import keep_rule
from moderation.services.sanctions import impose
from rooms.models import Kind, Membership, Room
from rooms.services.rooms import create_room
from tests.clients import Api
from tests.conftest import Published
from tests.policy import CLIENT_ID, POLICY, Access

PREFIX = "api/v1/"
NOBODYS_ID = "1234567890123456789"
CLOSED = [row for row, rule in POLICY.items() if rule.access is not Access.OPEN]
OF_ADMINS = [row for row, rule in POLICY.items() if rule.access is Access.ADMIN]
OF_STAFF = [row for row, rule in POLICY.items() if rule.access is Access.STAFF]
OF_ROOMS = [row for row, rule in POLICY.items() if rule.access is Access.ROOM]


def _routes(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, Any]]:
    for entry in resolver.url_patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield route, entry.callback
        else:
            yield from _routes(entry, route)


def _rows() -> set[tuple[str, str]]:
    found = set()
    for route, view in _routes(get_resolver()):
        if route.startswith(PREFIX):
            template = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", "/" + route.removeprefix(PREFIX))
            methods = [name for name in view.view_class.http_method_names if hasattr(view.view_class, name)]
            found |= {(name.upper(), template) for name in methods if name not in ("head", "options")}
    return found


def _call(user: User | None, row: tuple[str, str], ids: dict[str, str]) -> Any:
    method, template = row
    path, body = template.format(emoji="👍", **ids), POLICY[row].body
    return getattr(Api(user), method.lower())(path, body)


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    assert _rows() == set(POLICY)


@pytest.mark.django_db
@pytest.mark.parametrize("row", CLOSED, ids=" ".join)
def test_a_stranger_is_asked_to_sign_in(row: tuple[str, str]) -> None:
    names = "room_id user_id message_id session_id sanction_id case_id rule_id held_id what device_id trial_id file_id"
    ids = dict.fromkeys(names.split(), NOBODYS_ID)
    answer = _call(None, row, ids)
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "auth.required"


@pytest.mark.parametrize("row", OF_ADMINS, ids=" ".join)
def test_what_is_for_administrators_does_not_exist_for_others(row: tuple[str, str], mod: User, carol: User) -> None:
    for person in (mod, carol):
        answer = _call(person, row, {})
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


@pytest.mark.parametrize("row", OF_ROOMS, ids=" ".join)
def test_to_an_outsider_a_private_room_does_not_exist(
    row: tuple[str, str], alice: User, carol: User, published: Published
) -> None:
    room = create_room(actor=alice, kind=Kind.PRIVATE, name="Secret").room
    sent = send_message(actor=alice, room_id=room.pk, client_id=CLIENT_ID, text="Between us").message
    before, heard = _everything(), len(published)
    real = {"room_id": str(room.pk), "message_id": sent.id, "user_id": str(alice.pk)}
    made_up = dict.fromkeys(real, NOBODYS_ID)
    answer = _call(carol, row, real)
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "not_found"
    assert answer.content == _call(carol, row, made_up).content
    assert _everything() == before
    assert len(published) == heard


def _everything() -> list[Any]:
    tables = (Room, Membership, Message)
    return [list(table.objects.order_by("pk").values()) for table in tables]


@pytest.mark.parametrize("row", OF_STAFF, ids=" ".join)
def test_to_others_than_the_staff_the_desk_does_not_exist(
    row: tuple[str, str], alice: User, carol: User, mod: User, general: Room, published: Published
) -> None:
    said = send_message(actor=alice, room_id=general.pk, client_id=CLIENT_ID, text="Buy this").message
    report_person(actor=carol, user_id=alice.pk, reason="spam")
    sanction = impose(actor=mod, user_id=alice.pk, kind="warning", reason="Mind your tone")
    appeal(actor=alice, sanction_id=sanction.pk, text="I did not")
    heard = len(published)
    rule = keep_rule(actor=mod, rule=Rule(name="x", kind="repeats", action="block"))
    held = HeldMessage.objects.create(author_id=alice.pk, room_id=0, client_id=CLIENT_ID, rule_id=rule.pk)
    real = {"case_id": str(Case.objects.get().pk), "sanction_id": str(sanction.pk), "what": "links"}
    real |= {"rule_id": str(rule.pk), "held_id": str(held.pk), "message_id": said.id}
    for person in (alice, carol):
        answer = _call(person, row, real)
        assert answer.status_code == 404
        assert answer.content == _call(person, row, dict.fromkeys(real, NOBODYS_ID)).content
    assert len(published) == heard
