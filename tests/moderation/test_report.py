"""Reports: of what one can see, once, with a copy of it; and nobody learns from whom."""

from __future__ import annotations

from functools import partial

import msgspec
import pytest
from pytest_django import Settings

from accounts.models import User
from core import wire
from core.errors import Forbidden, NotFound
from core.limits import memory
from messaging.models import Message
from messaging.services.changing import delete_message, edit_message
from messaging.services.vault import purge
from moderation.models import Case, Report
from moderation.serializers.cases import Snapshot
from moderation.services.reporting import report_message, report_person
from rooms.models import Room
from rooms.services.members import leave_room
from tests.accounts.racing import at_once
from tests.clients import Api, refusal, wrong_fields
from tests.conftest import Published
from tests.factories import make_room, make_user, say
from tests.order import nothing_happens

pytestmark = pytest.mark.django_db(transaction=True)


def snapshot() -> Snapshot:
    return msgspec.json.decode(Report.objects.get().snapshot, type=Snapshot)


def test_a_member_reports_a_message_and_nobody_hears_of_it(
    alice: User, bob: User, general: Room, published: Published
) -> None:
    said = say(alice, general, "nasty")
    with nothing_happens(published):
        answer = Api(bob).post("/reports", {"message_id": said.id, "reason": "abuse", "note": "Look"})
    assert answer.status_code == 201
    assert set(answer.json()) == {"id", "created_at"}
    report = Report.objects.get()
    assert (report.reporter_id, report.subject_id, report.room_id) == (bob.pk, alice.pk, general.pk)
    assert (report.reason, report.note) == ("abuse", "Look")


def test_again_is_answered_with_the_first(alice: User, bob: User, general: Room) -> None:
    said = say(alice, general)
    first = Api(bob).post("/reports", {"message_id": said.id, "reason": "abuse"})
    again = Api(bob).post("/reports", {"message_id": said.id, "reason": "spam", "note": "And"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert Report.objects.count() == Case.objects.get().reports == 1


def test_to_an_outsider_the_message_does_not_exist(
    alice: User, carol: User, general: Room, published: Published
) -> None:
    said = say(alice, general)
    with nothing_happens(published):
        real = Api(carol).post("/reports", {"message_id": said.id, "reason": "spam"})
        made_up = Api(carol).post("/reports", {"message_id": "1234567890123456789", "reason": "spam"})
    assert refusal(real) == (404, "not_found")
    assert real.content == made_up.content
    assert not Report.objects.exists()
    assert not Case.objects.exists()


def test_who_has_left_reports_nothing_from_there(alice: User, bob: User, general: Room) -> None:
    said = say(alice, general)
    leave_room(actor=bob, room_id=general.pk)
    with pytest.raises(NotFound):
        report_message(actor=bob, message_id=int(said.id), reason="spam")


def test_oneself_cannot_be_reported(alice: User, general: Room) -> None:
    said = say(alice, general)
    with pytest.raises(Forbidden, match=r"report\.yourself"):
        report_message(actor=alice, message_id=int(said.id), reason="spam")
    with pytest.raises(Forbidden, match=r"report\.yourself"):
        report_person(actor=alice, user_id=alice.pk, reason="spam")


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({"reason": "spam"}, "message_id"),
        ({"reason": "spam", "message_id": "1", "user_id": "1"}, "message_id"),
        ({"reason": "boring", "message_id": "1"}, "reason"),
        ({"reason": "spam", "message_id": "1", "note": "n" * 1001}, "note"),
        ({"reason": "spam", "message_id": "1", "snapshot": "{}"}, "snapshot"),
    ],
)
def test_a_wrong_report_is_refused(alice: User, body: dict[str, str], wrong: str) -> None:
    assert wrong in wrong_fields(Api(alice).post("/reports", body))


def test_the_snapshot_holds_what_there_was_to_see(alice: User, bob: User, general: Room) -> None:
    for number in range(7):
        say(bob, general, f"before {number}")
    said = say(alice, general, "first words")
    edit_message(actor=alice, message_id=int(said.id), text="second words")
    for number in range(7):
        say(bob, general, f"after {number}")
    plan = {
        "id": "1",
        "name": "plan.pdf",
        "type": "application/pdf",
        "size": 9,
        "width": 0,
        "height": 0,
        "moves": False,
    }
    kept = wire.encode_text([plan | {"url": "/x", "thumbnail": None}])
    Message.objects.filter(pk=said.id).update(files=kept)
    report_message(actor=bob, message_id=int(said.id), reason="abuse")
    found = snapshot()
    assert (found.message.text, [file.name for file in found.message.files]) == ("second words", ["plan.pdf"])
    assert [version.text for version in found.history] == ["first words"]
    assert [seen.text for seen in found.before] == [f"before {n}" for n in range(2, 7)]
    assert [seen.text for seen in found.after] == [f"after {n}" for n in range(5)]
    assert (found.room_name, found.room_kind) == ("General", "private")


def test_what_is_changed_or_deleted_later_changes_nothing_in_it(alice: User, bob: User, general: Room) -> None:
    said = say(alice, general, "nasty")
    report_message(actor=bob, message_id=int(said.id), reason="abuse")
    edit_message(actor=alice, message_id=int(said.id), text="nice")
    delete_message(actor=alice, message_id=int(said.id))
    purge(lambda ids: None)
    assert snapshot().message.text == "nasty"


def test_what_was_deleted_a_moment_ago_can_still_be_reported(alice: User, bob: User, general: Room) -> None:
    said = say(alice, general, "nasty")
    delete_message(actor=alice, message_id=int(said.id))
    report_message(actor=bob, message_id=int(said.id), reason="abuse")
    assert snapshot().message.text == "nasty"


def test_reports_of_one_person_make_one_case_with_counts(alice: User, bob: User, carol: User, general: Room) -> None:
    other = make_room(alice, carol)
    for reporter, room in ((bob, general), (bob, general), (carol, other)):
        report_message(actor=reporter, message_id=int(say(alice, room).id), reason="spam")
    report_person(actor=carol, user_id=alice.pk, reason="abuse")
    report_person(actor=carol, user_id=alice.pk, reason="abuse")
    case = Case.objects.get()
    assert (case.subject_id, case.reports, case.reporters) == (alice.pk, 4, 2)


def test_reports_at_once_make_one_case(alice: User, general: Room) -> None:
    people = [make_user(f"person{number}") for number in range(4)]
    room = make_room(alice, *people)
    said = int(say(alice, room).id)
    at_once([partial(report_message, actor=person, message_id=said, reason="spam") for person in people])
    case = Case.objects.get()
    assert (case.reports, case.reporters) == (4, 4)


def test_the_same_report_at_once_is_kept_once(alice: User, bob: User, general: Room) -> None:
    said = int(say(alice, general).id)
    answers = at_once([partial(report_message, actor=bob, message_id=said, reason="spam") for _ in range(4)])
    assert len({answer.report.pk for answer in answers if not isinstance(answer, Exception)}) == 1
    assert Report.objects.count() == Case.objects.get().reports == 1


def test_a_person_is_reported_with_a_room_only_if_both_were_there(
    alice: User, bob: User, carol: User, general: Room
) -> None:
    report_person(actor=bob, user_id=alice.pk, reason="spam", room_id=general.pk)
    for actor, user in ((carol, alice), (bob, carol)):
        with pytest.raises(NotFound):
            report_person(actor=actor, user_id=user.pk, reason="spam", room_id=general.pk)


def test_it_is_limited(alice: User, bob: User, general: Room, settings: Settings) -> None:
    said = [say(alice, general).id for _ in range(11)]
    settings.RATE_LIMITS = True
    memory.clear()
    answers = [Api(bob).post("/reports", {"message_id": one, "reason": "spam"}).status_code for one in said]
    assert answers == [201] * 10 + [429]
    memory.clear()
