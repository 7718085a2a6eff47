"""Files of what was reported: whoever may see the case opens them, and they stay until it is closed."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from config.purging import collect_files, forget_old_messages, purge_vault
from core.audit import Action
from core.storage.chosen import store
from messaging.models import Attachment
from messaging.services.changing import delete_message
from moderation.models import Case, Report
from moderation.services.cases import claim_case, close_case
from moderation.services.exhibits import needed
from moderation.services.reporting import report_message
from moderation.services.snapshots import read_snapshot
from rooms.models import Room
from rooms.services.rooms import update_room
from tests.core.storage.places import Place
from tests.factories import make_room, say
from tests.messaging.files.browser import png, sent
from tests.messaging.files.conftest import local, local_server, s3, s3_server, s3_url, shelf
from tests.moderation.deciding import NOW, entries

__all__ = ["local", "local_server", "s3", "s3_server", "s3_url", "shelf"]
pytestmark = pytest.mark.django_db(transaction=True)


def at(person: User | None) -> Client:
    client = Client()
    if person is not None:
        client.force_login(person)
    return client


def reported(shelf: Place, author: User, reporter: User, room: Room) -> tuple[str, Attachment]:
    """Send a picture and report the message after it; return the page of the case and the file."""
    file = Attachment.objects.get(pk=sent(shelf, author, room, png(), "nasty.png").files[0].id)
    report_message(actor=reporter, message_id=int(say(author, room, "look").id), reason="abuse")
    return f"/admin/moderation/case/{Case.objects.get().pk}/", file


def test_the_report_keeps_which_files_there_were(shelf: Place, alice: User, bob: User, general: Room) -> None:
    _, file = reported(shelf, bob, alice, general)
    seen = read_snapshot(Report.objects.get())
    assert seen is not None
    [kept] = seen.before[-1].files
    assert (kept.id, kept.name, kept.type, kept.size) == (str(file.pk), "nasty.png", "image/png", file.size)
    assert kept.is_picture


def test_the_moderator_opens_a_file_of_the_case_also_when_its_author_has_deleted_it(
    shelf: Place, alice: User, bob: User, mod: User, general: Room
) -> None:
    path, file = reported(shelf, bob, alice, general)
    delete_message(actor=bob, message_id=file.message_id)
    page = at(mod).get(f"{path}change/").content.decode()
    for address in (f"{path}files/{file.pk}/", f"{path}files/{file.pk}/thumbnail/"):
        assert address in page
    answer = at(mod).get(f"{path}files/{file.pk}/")
    assert (answer.status_code, "no-store" in answer["Cache-Control"]) == (302, True)
    got = shelf.get(answer["Location"])
    assert got.headers["Content-Type"] == "image/png"
    assert got.status_code == 200


def test_a_report_from_when_names_alone_were_kept_is_shown(alice: User, bob: User, mod: User, general: Room) -> None:
    report_message(actor=alice, message_id=int(say(bob, general, "look").id), reason="abuse")
    report = Report.objects.get()
    old = json.loads(report.snapshot)
    old["message"]["files"] = ["old.png"]
    Report.objects.update(snapshot=json.dumps(old))
    assert "old.png" in at(mod).get(f"/admin/moderation/case/{report.case_id}/change/").content.decode()


def test_nobody_else_opens_it_and_no_other_file_is_opened(
    shelf: Place, alice: User, bob: User, carol: User, mod: User, general: Room
) -> None:
    path, file = reported(shelf, bob, alice, general)
    other = sent(shelf, alice, general, png()).files[0].id
    for person in (alice, bob, carol, None):
        assert "/login/" in at(person).get(f"{path}files/{file.pk}/")["Location"]
    for wrong in (other, "7", "x"):
        assert at(mod).get(f"{path}files/{wrong}/").status_code == 404
    assert not entries(Action.PRIVATE_READ)


def test_looking_at_a_file_of_a_private_room_is_recorded(shelf: Place, alice: User, bob: User, mod: User) -> None:
    path, file = reported(shelf, bob, alice, make_room(alice, bob, kind="private"))
    at(mod).get(f"{path}files/{file.pk}/")
    [entry] = entries(Action.PRIVATE_READ)
    assert (entry.actor_id, entry.subject_id) == (mod.pk, bob.pk)
    assert str(file.pk) in entry.change


def test_while_the_case_is_open_no_purge_takes_it(
    shelf: Place, alice: User, bob: User, mod: User, general: Room
) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        _, file = reported(shelf, bob, alice, general)
        delete_message(actor=bob, message_id=file.message_id)
        clock.move_to(NOW + timedelta(days=31))
        purge_vault()
        collect_files()
        assert needed([file.pk]) == {file.pk}
        assert store().stat(file.key) is not None
        case = claim_case(actor=mod, case_id=Case.objects.get().pk)
        close_case(actor=mod, case_id=case.pk, outcome="dismissed")
        collect_files()
        assert store().stat(file.key) is None
        assert not Attachment.objects.filter(pk=file.pk).exists()


def test_a_room_that_forgets_leaves_it_to_the_case_alone(
    shelf: Place, alice: User, bob: User, mod: User, general: Room
) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        _, file = reported(shelf, bob, alice, general)
        update_room(actor=alice, room_id=general.pk, retention_days=7)
        clock.move_to(NOW + timedelta(days=8))
        assert forget_old_messages() > 0
        file.refresh_from_db()
        assert (store().stat(file.key) is not None, file.removed_at is not None) == (True, True)
