"""A copy of one's own data: everything of theirs, nothing of others', by a link that ends."""

import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from accounts.models import User
from core import clock
from core.audit import Action
from core.storage.chosen import store
from messaging.services.changing import delete_message
from messaging.services.reacting import add_reaction
from moderation.services.appeals import appeal, decide_appeal
from moderation.services.reporting import report_message, report_person
from notifications.models import Preferences, RoomPreference
from privacy.models import Export
from privacy.services.exporting import KEPT_FOR, collect_exports, make_export
from rooms.models import Room
from rooms.services.blocking import block_person
from rooms.services.rooms import open_direct_room
from tests.clients import Api, refusal
from tests.conftest import Published
from tests.factories import say
from tests.jobs import Jobs
from tests.limits import limited
from tests.moderation.deciding import entries, sanction
from tests.order import told

pytestmark = pytest.mark.django_db(transaction=True)


def _archive(content: bytes) -> dict[str, list[Any]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        names = [name for name in archive.namelist() if name.endswith(".jsonl")]
        return {name[:-6]: [json.loads(line) for line in archive.read(name).splitlines()] for name in names}


def _exported(user: User, jobs: Jobs) -> dict[str, list[Any]]:
    assert Api(user).post("/me/export").status_code == 202
    jobs.run()
    return _archive(b"".join(store().open(Export.objects.get(user_id=user.pk).key)))


def test_it_holds_what_is_theirs_and_nothing_of_others(
    alice: User, bob: User, carol: User, general: Room, jobs: Jobs
) -> None:
    direct = open_direct_room(actor=alice, user_ids=[bob.pk])[0].room
    said = say(bob, general, "in the room")
    say(bob, direct, "between us")
    theirs = say(alice, direct, "alice's own words")
    delete_message(actor=bob, message_id=int(say(bob, general, "taken back").id))
    add_reaction(actor=bob, message_id=int(theirs.id), emoji="👍")
    block_person(actor=bob, user_id=carol.pk)
    found = _exported(bob, jobs)
    assert found["account"][0]["email"] == "bob@example.org"
    assert {message["text"] for message in found["messages"]} == {"in the room", "between us"}
    assert said.id in {message["id"] for message in found["messages"]}
    assert [one["emoji"] for one in found["reactions"]] == ["👍"]
    assert [one["user_id"] for one in found["blocks"]] == [str(carol.pk)]
    assert {one["name"] for one in found["rooms"]} == {"General", ""}
    assert "alice's own words" not in json.dumps(found)
    assert "bcrypt" not in json.dumps(found)


def test_it_holds_decisions_with_their_appeals_reports_and_every_wish(
    alice: User, bob: User, mod: User, general: Room, jobs: Jobs
) -> None:
    made = sanction(mod, bob, "mute")
    appeal(actor=bob, sanction_id=made.pk, text="It was not me")
    decide_appeal(actor=mod, sanction_id=made.pk, granted=True, answer="You are right")
    said = say(alice, general, "nasty")
    report_message(actor=bob, message_id=int(said.id), reason="abuse", note="Look")
    report_person(actor=alice, user_id=bob.pk, reason="spam", note="of alice's")
    Preferences.objects.create(user=bob, quiet_from=60, quiet_until=420, zone="Europe/Berlin", digest_hours=24)
    RoomPreference.objects.create(user_id=bob.pk, room_id=general.pk, level="none", muted_until=clock.now())
    found = _exported(bob, jobs)
    [decision] = found["decisions"]
    assert decision["expires_at"] and decision["lifted_at"] and decision["room_id"] is None
    assert (decision["appeal"]["text"], decision["appeal"]["answer"]) == ("It was not me", "You are right")
    [report] = found["reports"]
    assert (report["message_id"], report["reason"], report["note"]) == (said.id, "abuse", "Look")
    wishes, room = found["notifications"]
    assert (wishes["quiet_from"], wishes["quiet_until"], wishes["zone"], wishes["digest_hours"]) == (
        60,
        420,
        "Europe/Berlin",
        24,
    )
    assert (room["room_id"], room["level"]) == (str(general.pk), "none") and room["muted_until"]
    assert "of alice's" not in json.dumps(found)


def test_many_messages_come_whole(bob: User, general: Room, jobs: Jobs) -> None:
    for number in range(250):
        say(bob, general, f"message {number}")
    assert len({message["text"] for message in _exported(bob, jobs)["messages"]}) == 250


def test_its_own_tabs_hear_how_far_it_is(bob: User, general: Room, jobs: Jobs, published: Published) -> None:
    assert Api(bob).get("/me/export").json()["state"] == "none"
    Api(bob).post("/me/export")
    assert Api(bob).get("/me/export").json()["state"] == "running"
    jobs.run()
    assert {envelope.topic for envelope in published} == {f"user.{bob.pk}"}
    progress = [event["export"]["progress"] for event in told(published)]
    assert progress == sorted(progress) and progress[-1] == 1.0
    assert told(published)[-1]["export"]["state"] == "ready"
    ready = Api(bob).get("/me/export").json()
    assert ready["url"]
    assert ready["size"] > 0


def test_one_at_a_time_and_two_a_day(bob: User, jobs: Jobs) -> None:
    with limited():
        assert Api(bob).post("/me/export").status_code == 202
        assert refusal(Api(bob).post("/me/export")) == (409, "export.running")
        jobs.run()
        assert refusal(Api(bob).post("/me/export")) == (429, "rate_limited")


def test_a_new_one_takes_the_place_of_the_old(bob: User, jobs: Jobs) -> None:
    _exported(bob, jobs)
    before = Export.objects.get().key
    _exported(bob, jobs)
    assert store().stat(before) is None
    assert Export.objects.count() == 1


def test_after_seven_days_it_is_collected(bob: User, jobs: Jobs) -> None:
    _exported(bob, jobs)
    export = Export.objects.get()
    collect_exports()
    assert store().stat(export.key) is not None
    Export.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    assert Api(bob).get("/me/export").json() == Api(bob).get("/me/export").json() | {"state": "none", "url": None}
    collect_exports()
    assert store().stat(export.key) is None
    assert not Export.objects.exists()
    assert timedelta(days=7) == KEPT_FOR


def test_a_job_that_runs_twice_or_late_makes_one_file(bob: User, jobs: Jobs) -> None:
    Api(bob).post("/me/export")
    asked = clock.iso(Export.objects.get().asked_at)
    jobs._kept.clear()
    collect_exports()
    jobs.run()
    key = Export.objects.get().key
    make_export.func(bob.pk, asked)
    make_export.func(bob.pk, "2020-01-01T00:00:00.000Z")
    assert Export.objects.get().key == key
    assert [listed.key for listed in store().list("exports/")].count(key) == 1


def test_nobody_else_gets_at_it(bob: User, carol: User, jobs: Jobs) -> None:
    _exported(bob, jobs)
    assert Api(carol).get("/me/export").json()["state"] == "none"
    assert refusal(Api(None).get("/me/export")) == (401, "auth.required")


def test_it_is_recorded_and_there_is_a_command(bob: User, general: Room, jobs: Jobs, tmp_path: Path) -> None:
    say(bob, general, "by hand")
    target = tmp_path / "bob.zip"
    call_command("export_person", "bob", to=target)
    assert [message["text"] for message in _archive(target.read_bytes())["messages"]] == ["by hand"]
    _exported(bob, jobs)
    assert [entry.actor_id for entry in entries(Action.DATA_EXPORTED)] == [0, bob.pk]
