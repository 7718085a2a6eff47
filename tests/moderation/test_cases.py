"""The desk: who sees which case, one moderator at a time, notes, appeals, and how a case ends."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import time_machine

from accounts.models import Role, User
from accounts.services.sign_in import sign_in
from core.audit import Action
from core.errors import Conflict, Forbidden, NotFound
from messaging.models import Message
from moderation.models import Appeal, Case, Note, Outcome
from moderation.services.appeals import appeal, appeal_from_outside, decide_appeal
from moderation.services.cases import claim_case, close_case, release_case
from moderation.services.reporting import report_message, report_person
from rooms.models import Room
from tests.accounts.racing import at_once, refusals
from tests.clients import Api, refusal
from tests.conftest import Published
from tests.factories import PASSWORD, make_room, make_user, say
from tests.moderation.deciding import NOW, entries, sanction
from tests.order import told

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clock")]


@pytest.fixture
def case(alice: User, bob: User, general: Room) -> Case:
    """Return the case of bob, reported by alice for a message in a private room."""
    said = say(bob, general, "nasty words")
    report_message(actor=alice, message_id=int(said.id), reason="abuse", note="See?")
    return Case.objects.get()


@pytest.fixture
def mod2(db: None) -> User:
    return make_user("mod2", role=Role.MODERATOR)


def test_the_staff_see_the_evidence_and_that_is_recorded(mod: User, bob: User, alice: User, case: Case) -> None:
    assert [one["id"] for one in Api(mod).get("/cases").json()["results"]] == [str(case.pk)]
    assert entries(Action.PRIVATE_READ) == []
    found: dict[str, Any] = Api(mod).get(f"/cases/{case.pk}").json()
    assert found["case"]["subject"]["username"] == "bob"
    (report,) = found["reports"]
    assert (report["reporter_id"], report["reason"], report["note"]) == (str(alice.pk), "abuse", "See?")
    assert report["snapshot"]["message"]["text"] == "nasty words"
    assert {person["username"] for person in found["users"]} == {"alice", "bob"}
    (entry,) = entries(Action.PRIVATE_READ)
    assert (entry.actor_id, entry.target_id, entry.subject_id) == (mod.pk, case.pk, bob.pk)


def test_nobody_sees_a_case_about_themselves_or_their_equals(admin: User, mod: User, mod2: User, alice: User) -> None:
    for person in (mod, admin):
        report_person(actor=alice, user_id=person.pk, reason="abuse")
    of_mod, of_admin = (Case.objects.get(subject_id=person.pk) for person in (mod, admin))
    second = make_user("root2", role=Role.ADMIN)
    seen = {
        person.username: {one["id"] for one in Api(person).get("/cases").json()["results"]}
        for person in (mod, mod2, admin, second)
    }
    assert seen == {
        "mod": set(),
        "mod2": set(),
        "root": {str(of_mod.pk)},
        "root2": {str(of_mod.pk), str(of_admin.pk)},
    }
    for person, hidden in ((mod, of_mod), (mod2, of_mod), (mod, of_admin), (admin, of_admin)):
        assert refusal(Api(person).get(f"/cases/{hidden.pk}")) == (404, "not_found")


def test_a_role_given_later_hides_the_case_at_once(mod: User, bob: User, case: Case) -> None:
    User.objects.filter(pk=bob.pk).update(role=Role.MODERATOR)
    with pytest.raises(NotFound):
        claim_case(actor=mod, case_id=case.pk)


def test_a_claim_keeps_others_away_for_a_quarter_of_an_hour(
    mod: User, mod2: User, case: Case, clock: time_machine.Traveller
) -> None:
    claim_case(actor=mod, case_id=case.pk)
    with pytest.raises(Conflict, match=r"case\.claimed"):
        claim_case(actor=mod2, case_id=case.pk)
    clock.move_to(NOW + timedelta(minutes=10))
    claim_case(actor=mod, case_id=case.pk)
    clock.move_to(NOW + timedelta(minutes=24))
    with pytest.raises(Conflict):
        claim_case(actor=mod2, case_id=case.pk)
    clock.move_to(NOW + timedelta(minutes=25))
    assert claim_case(actor=mod2, case_id=case.pk).claimed_by == mod2.pk
    with pytest.raises(Conflict, match=r"case\.unclaimed"):
        close_case(actor=mod, case_id=case.pk, outcome="dismissed")


def test_of_two_at_once_one_gets_it(mod: User, mod2: User, case: Case) -> None:
    answers = at_once([partial(claim_case, actor=person, case_id=case.pk) for person in (mod, mod2)])
    assert refusals(answers) == ["case.claimed"]


def test_a_case_given_back_is_free(mod: User, mod2: User, case: Case) -> None:
    claim_case(actor=mod, case_id=case.pk)
    release_case(actor=mod2, case_id=case.pk)
    with pytest.raises(Conflict):
        claim_case(actor=mod2, case_id=case.pk)
    release_case(actor=mod, case_id=case.pk)
    claim_case(actor=mod2, case_id=case.pk)


@pytest.mark.parametrize("outcome", ["dismissed", "acted"])
def test_a_closed_case_stays_closed_and_the_next_report_opens_another(
    outcome: str, mod: User, alice: User, bob: User, carol: User, case: Case
) -> None:
    assert refusal(Api(mod).put(f"/cases/{case.pk}/outcome", {"outcome": outcome})) == (409, "case.unclaimed")
    Api(mod).put(f"/cases/{case.pk}/claim")
    for _ in range(2):
        answer = Api(mod).put(f"/cases/{case.pk}/outcome", {"outcome": outcome, "reason": "Seen"})
        assert (answer.status_code, answer.json()["outcome"]) == (200, outcome)
    assert [entry.reason for entry in entries(Action.CASE_CLOSED)] == ["Seen"]
    assert Api(mod).get("/cases").json()["results"] == []
    assert [one["id"] for one in Api(mod).get("/cases?state=closed").json()["results"]] == [str(case.pk)]
    report_person(actor=carol, user_id=bob.pk, reason="spam")
    assert Case.objects.filter(outcome=Outcome.OPEN).count() == 1
    with pytest.raises(Conflict, match=r"case\.closed"):
        claim_case(actor=mod, case_id=case.pk)


def test_moderators_leave_each_other_notes(mod: User, mod2: User, case: Case) -> None:
    assert Api(mod).post(f"/cases/{case.pk}/notes", {"text": " I know them "}).status_code == 201
    (note,) = Api(mod2).get(f"/cases/{case.pk}").json()["notes"]
    assert (note["author_id"], note["text"]) == (str(mod.pk), "I know them")


def test_an_appeal_lands_on_the_desk_and_is_answered(
    mod: User, bob: User, carol: User, general: Room, published: Published
) -> None:
    made = sanction(mod, bob)
    path = f"/me/sanctions/{made.pk}/appeal"
    assert refusal(Api(carol).put(path, {"text": "Let him"})) == (404, "not_found")
    for text in ("It was a joke", "Really"):
        answer = Api(bob).put(path, {"text": text})
        assert (answer.status_code, answer.json()["appeal"]["text"]) == (200, "It was a joke")
    case = Case.objects.get()
    assert (case.subject_id, case.appeals, case.reports) == (bob.pk, 1, 0)
    claim_case(actor=mod, case_id=case.pk)
    with pytest.raises(Conflict, match=r"case\.appeal"):
        close_case(actor=mod, case_id=case.pk, outcome="acted")
    decided = Api(mod).put(f"/sanctions/{made.pk}/appeal", {"granted": False, "answer": "No"})
    assert decided.json().items() >= {"granted": False, "answer": "No"}.items()
    assert told(published)[-1]["sanction"]["appeal"]["answer"] == "No"
    close_case(actor=mod, case_id=case.pk, outcome="acted")
    bob.refresh_from_db()
    with pytest.raises(Forbidden):
        say(bob, general)


def test_a_granted_appeal_takes_the_decision_back_once(mod: User, admin: User, bob: User, general: Room) -> None:
    made = sanction(mod, bob)
    appeal(actor=bob, sanction_id=made.pk, text="It was a joke")
    decide_appeal(actor=admin, sanction_id=made.pk, granted=True, answer="Fair")
    assert decide_appeal(actor=mod, sanction_id=made.pk, granted=False).granted
    bob.refresh_from_db()
    say(bob, general)
    assert len(entries(Action.SANCTION_LIFTED)) == len(entries(Action.APPEAL_DECIDED)) == 1


def test_an_appeal_from_a_room_the_staff_is_not_in_can_be_granted(
    mod: User, alice: User, bob: User, general: Room
) -> None:
    made = sanction(alice, bob, room_id=general.pk)
    assert refusal(Api(mod).delete(f"/sanctions/{made.pk}")) == (404, "not_found")
    appeal(actor=bob, sanction_id=made.pk, text="It was a joke")
    assert Api(mod).put(f"/sanctions/{made.pk}/appeal", {"granted": True}).json()["granted"]
    say(bob, general)


def test_what_says_nothing_is_neither_a_note_nor_an_appeal(mod: User, bob: User, case: Case) -> None:
    made = sanction(mod, bob)
    assert refusal(Api(mod).post(f"/cases/{case.pk}/notes", {"text": " \n"})) == (400, "invalid")
    assert refusal(Api(bob).put(f"/me/sanctions/{made.pk}/appeal", {"text": "  "})) == (400, "invalid")
    assert not Note.objects.exists() and not Appeal.objects.exists()


def test_who_is_banned_appeals_with_what_the_refusal_gave(mod: User, bob: User) -> None:
    sanction(mod, bob, "ban")
    with pytest.raises(Forbidden) as refused:
        sign_in(login="bob", password=PASSWORD, ip="", device="")
    token = (refused.value.data or {})["appeal"]
    answer = Api(None).post("/appeals", {"token": token, "text": "Please"})
    assert (answer.status_code, answer.json()["kind"]) == (200, "ban")
    assert refusal(Api(None).post("/appeals", {"token": token + "x", "text": "Please"})) == (401, "auth.invalid")
    decide_appeal(actor=mod, sanction_id=Appeal.objects.get().sanction_id, granted=True)
    sign_in(login="bob", password=PASSWORD, ip="", device="")
    with pytest.raises(NotFound):
        appeal_from_outside(token=token, text="Again")


def test_it_is_too_late_to_appeal_against_what_is_over(mod: User, bob: User, clock: time_machine.Traveller) -> None:
    made = sanction(mod, bob, "warning")
    clock.move_to(NOW + timedelta(days=31))
    with pytest.raises(Conflict, match=r"sanction\.over"):
        appeal(actor=bob, sanction_id=made.pk, text="Late")


def test_reported_messages_are_deleted_and_restored_over_rest_where_one_is_not(
    mod: User, alice: User, bob: User, published: Published
) -> None:
    room = make_room(alice, bob)
    said, other = say(bob, room, "nasty"), say(bob, room, "harmless")
    report_message(actor=alice, message_id=int(said.id), reason="abuse")
    case, api = Case.objects.get(), Api(mod)
    answer = api.delete(f"/cases/{case.pk}/messages/{said.id}?reason=Nasty")
    assert (answer.status_code, answer.json()["text"]) == (200, "")
    assert answer.json()["deleted_at"] is not None
    assert [(entry.actor_id, entry.reason) for entry in entries(Action.MESSAGE_DELETED)] == [(mod.pk, "Nasty")]
    assert published.types[-1] == "message.deleted"
    assert Case.objects.get().claimed_by == mod.pk
    answer = api.delete(f"/cases/{case.pk}/messages/{said.id}/tombstone")
    assert (answer.status_code, answer.json()["text"]) == (200, "nasty")
    heard = len(published)
    assert refusal(api.delete(f"/cases/{case.pk}/messages/{other.id}")) == (404, "not_found")
    assert Message.objects.get(pk=other.id).deleted_at is None
    assert len(published) == heard
