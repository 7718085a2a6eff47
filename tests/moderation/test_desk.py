"""The desk in the Django admin: for the site's staff by role, quick on long tables, and everything it does recorded."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from django.test import Client

from accounts.models import Role, User
from core import listing
from core.audit import Action
from messaging.models import Message
from messaging.services.changing import delete_message
from moderation.models import Case, Note, Outcome, Sanction
from moderation.services.appeals import appeal
from moderation.services.reporting import report_message, report_person
from rooms.models import Room
from tests.conftest import Published
from tests.factories import make_room, make_user, say
from tests.moderation.deciding import entries, sanction
from tests.statements import statements

pytestmark = pytest.mark.django_db(transaction=True)
QUEUE = "/admin/moderation/case/"


@pytest.fixture
def case(alice: User, bob: User, general: Room) -> Case:
    said = say(bob, general, "nasty <script>alert(1)</script>")
    report_message(actor=alice, message_id=int(said.id), reason="abuse", note="See?")
    return Case.objects.get()


def at(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, response
    return response.content.decode()


def act(person: User, case: Case, wish: str, **fields: Any) -> str:
    """Press a button of a case's page; return what the page then says."""
    answer = at(person).post(f"{QUEUE}{case.pk}/change/", {"act": wish, **fields}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("path", [QUEUE, f"{QUEUE}news/", "/admin/moderation/sanction/"])
def test_the_staff_get_in_by_role_and_nobody_else(path: str, mod: User, admin: User, alice: User, case: Case) -> None:
    for person in (mod, admin):
        assert at(person).get(path).status_code == 200
    for client in (at(alice), Client()):
        assert client.get(path).status_code == 302
        assert client.get(f"{QUEUE}{case.pk}/change/").status_code == 302


@pytest.mark.parametrize("path", ["auditentry/", "auditentry/export/", "auditentry/{}/change/"])
def test_the_audit_log_is_for_administrators(path: str, mod: User, admin: User, case: Case) -> None:
    sanction(mod, User.objects.get(username="bob"), "warning")
    pk = entries(Action.PERSON_WARNED)[0].pk
    assert at(mod).get(f"/admin/moderation/{path.format(pk)}").status_code == 403
    assert at(admin).get(f"/admin/moderation/{path.format(pk)}").status_code == 200


@pytest.mark.parametrize("model", ["case", "sanction", "auditentry"])
def test_nothing_is_added_changed_or_removed_by_forms_of_the_admins_own(model: str, admin: User, case: Case) -> None:
    client = at(admin)
    for path in ("add/", f"{case.pk}/delete/"):
        assert client.get(f"/admin/moderation/{model}/{path}").status_code in (302, 403, 404)
    client.post(f"/admin/moderation/{model}/", {"action": "delete_selected", "_selected_action": [case.pk]})
    assert Case.objects.filter(pk=case.pk).exists()


def test_a_case_about_oneself_is_not_there(mod: User, alice: User) -> None:
    report_person(actor=alice, user_id=mod.pk, reason="abuse")
    about_me = Case.objects.get()
    assert "@mod" not in page(at(mod), QUEUE).split('id="changelist"')[1]
    for method in ("get", "post"):
        answer = getattr(at(mod), method)(f"{QUEUE}{about_me.pk}/change/", {"act": "claim"})
        assert answer.status_code in (302, 404)
        assert b"reported by" not in answer.content


def test_the_page_shows_the_evidence_harmlessly_and_that_is_recorded(mod: User, case: Case) -> None:
    text = page(at(mod), f"{QUEUE}{case.pk}/change/")
    assert "nasty &lt;script&gt;" in text
    assert "<script>alert" not in text
    assert "See?" in text
    assert [entry.actor_id for entry in entries(Action.PRIVATE_READ)] == [mod.pk]


def test_a_mute_from_the_desk_holds_and_claims_the_case(mod: User, bob: User, case: Case, published: Published) -> None:
    room_id = Message.objects.get().room_id
    told = act(mod, case, "decide", kind="mute", where=room_id, minutes=10, hide_days=0, reason="Calm down")
    assert "Done. The person has been told." in told
    made = Sanction.objects.get()
    assert (made.kind, made.room_id, made.reason, made.issued_by) == ("mute", room_id, "Calm down", mod.pk)
    assert Case.objects.get().claimed_by == mod.pk
    assert "sanction.updated" in published.types
    assert "Taken back" in act(mod, case, "lift", sanction=made.pk, reason="Mistake")
    assert Sanction.objects.get().lifted_at is not None


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"reason": ""}, "This field is required"),
        ({"where": 77}, "Select a valid choice"),
        ({"kind": "removal"}, "Name the room."),
        ({"kind": "mute", "minutes": 0}, "A mute lasts from one minute to 28 days."),
    ],
)
def test_a_wrong_decision_is_told_and_changes_nothing(fields: dict[str, Any], said: str, mod: User, case: Case) -> None:
    usual = {"kind": "warning", "where": 0, "minutes": 10, "hide_days": 0, "reason": "So"}
    assert said in act(mod, case, "decide", **usual | fields)
    assert not Sanction.objects.exists()


def test_a_message_is_deleted_and_restored_where_the_moderator_is_not(mod: User, case: Case) -> None:
    message_id = Message.objects.get().pk
    assert "Deleted." in act(mod, case, "delete", message=[message_id], reason="Nasty")
    assert Message.objects.get().deleted_at is not None
    assert [entry.reason for entry in entries(Action.MESSAGE_DELETED)] == ["Nasty"]
    assert "Restored." in act(mod, case, "restore", message=[message_id])
    assert "nasty" in Message.objects.get().text


def test_only_what_was_reported_can_be_deleted_there(mod: User, alice: User, bob: User, case: Case) -> None:
    other = say(bob, make_room(bob, alice), "private")
    assert "Select a valid choice" in act(mod, case, "delete", message=[other.id])
    assert Message.objects.get(pk=other.id).deleted_at is None


def test_what_the_author_deleted_is_not_restored(mod: User, bob: User, case: Case) -> None:
    message_id = Message.objects.get().pk
    delete_message(actor=bob, message_id=message_id)
    assert "The author has deleted this" in act(mod, case, "restore", message=[message_id])


def test_who_came_second_is_told(mod: User, case: Case) -> None:
    other = make_user("mod2", role=Role.MODERATOR)
    assert "Yours until" in act(mod, case, "claim")
    told = act(other, case, "decide", kind="warning", where=0, minutes=10, hide_days=0, reason="So")
    assert "Another moderator is working on this." in told
    assert "@mod has it" in told
    assert not Sanction.objects.exists()
    act(mod, case, "release")
    assert "Yours until" in act(other, case, "claim")


def test_notes_appeals_and_the_end_of_a_case(mod: User, bob: User, case: Case) -> None:
    made = sanction(mod, bob, "warning")
    appeal(actor=bob, sanction_id=made.pk, text="It was a joke")
    assert "It was a joke" in page(at(mod), f"{QUEUE}{case.pk}/change/")
    act(mod, case, "note", text="I know them")
    assert Note.objects.get().text == "I know them"
    assert "Answer the appeal first." in act(mod, case, "close", outcome="dismissed")
    act(mod, case, "appeal", sanction=made.pk, granted="yes", answer="Fair")
    assert Sanction.objects.get().lifted_at is not None
    assert "Closed" in act(mod, case, "close", outcome="dismissed", reason="Fine")
    assert Case.objects.get().outcome == Outcome.DISMISSED
    assert "@bob" not in page(at(mod), QUEUE).split('id="changelist"')[1]
    assert "@bob" in page(at(mod), f"{QUEUE}?state=dismissed")


def test_the_news_change_when_something_is_reported_or_taken(mod: User, alice: User, carol: User, case: Case) -> None:
    def word() -> str:
        return str(at(mod).get(f"{QUEUE}news/").json()["word"])

    before = word()
    assert word() == before
    report_person(actor=alice, user_id=carol.pk, reason="spam")
    reported = word()
    assert reported != before
    act(mod, case, "claim")
    assert word() != reported


def test_lists_count_no_further_than_they_show(mod: User, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "MOST_COUNTED", 3)
    for number in range(5):
        report_person(actor=alice, user_id=make_user(f"person{number}").pk, reason="spam")
    with statements() as asked:
        assert "3 cases" in page(at(mod), QUEUE)
    assert not [one for one in asked if "COUNT(" in one.upper()]


@pytest.mark.parametrize("path", ["accounts/user/", "accounts/authsession/", "rooms/room/", "rooms/membership/",
                                  "moderation/case/", "moderation/sanction/", "moderation/auditentry/"])  # fmt: skip
def test_no_list_counts_a_whole_table(path: str, admin: User, case: Case) -> None:
    client = at(admin)
    with statements() as asked:
        page(client, f"/admin/{path}")
    assert not [one for one in asked if "COUNT(" in one.upper()]


def test_the_log_is_found_by_person_action_and_time(admin: User, mod: User, bob: User, case: Case) -> None:
    sanction(mod, bob, "warning")
    client = at(admin)
    for query, found in (("q=@Bob", True), ("q=alice", False), ("action=person.warned", True), ("days=1", True),
                         ("q=nobody", False), ("action=person.banned", False)):  # fmt: skip
        rows = page(client, f"/admin/moderation/auditentry/?{query}").split('id="changelist"')[1]
        assert ("person.warned</td>" in rows) == found, query


def test_what_is_exported_is_what_was_filtered_and_that_is_recorded(
    admin: User, mod: User, bob: User, alice: User
) -> None:
    sanction(mod, bob, "warning", reason='=HYPERLINK("http://evil.example")')
    sanction(mod, alice, "warning")
    table = at(admin).get("/admin/moderation/auditentry/export/?kind=csv&q=bob")
    assert "attachment" in table["Content-Disposition"]
    (row,) = csv.DictReader(io.StringIO(table.content.decode()))
    assert (row["subject_id"], row["action"]) == (str(bob.pk), "person.warned")
    assert row["reason"].startswith("'=")
    everything = json.loads(at(admin).get("/admin/moderation/auditentry/export/?kind=json").content)
    assert [one["seq"] for one in everything] == list(range(1, len(everything) + 1))
    assert [entry.actor_id for entry in entries(Action.AUDIT_EXPORTED)] == [admin.pk] * 2


@pytest.mark.parametrize("path", [f"{QUEUE}news/?case={'9' * 23}", f"{QUEUE}news/?case=\u00b2", f"{QUEUE}77/change/",
                                  "/admin/moderation/auditentry/export/?kind=csv&bogus=1"])  # fmt: skip
def test_what_names_nothing_is_not_found(path: str, admin: User) -> None:
    assert at(admin).get(path).status_code == 404
