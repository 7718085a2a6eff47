"""The end of the audit log: a lost head, one that was set back, entries beyond it, and writers at work meanwhile."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from config.doctor import audit as doctor
from config.doctor.finding import Level
from core.audit import Action
from core.errors import Unavailable
from moderation.models import AuditEntry, AuditHead
from moderation.services import audit
from moderation.services.audit import verify
from tests.moderation.test_audit import BEHIND, note

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_lost_head_is_found_stops_the_log_and_can_be_renewed_for_all_to_see() -> None:
    for number in range(3):
        note(number)
    AuditHead.objects.all().delete()
    with pytest.raises(CommandError, match="entry 3 is broken: the log's head"):
        call_command("audit_verify")
    with pytest.raises(Unavailable, match=r"audit\.broken"):
        note(3)
    assert not AuditHead.objects.exists()
    assert [finding.level for finding in doctor.check()] == [Level.PROBLEM]
    call_command("audit_verify", renew_head=True, stdout=StringIO())
    note(4)
    assert [entry.action for entry in AuditEntry.objects.order_by("seq")][3] == Action.AUDIT_MENDED
    assert (verify().length, verify().broken) == (5, None)
    assert [finding.level for finding in doctor.check()] == [Level.OK]


def test_a_lost_head_is_not_renewed_behind_entries_that_were_changed() -> None:
    for number in range(3):
        note(number)
    AuditHead.objects.all().delete()
    BEHIND.filter(seq=2).update(reason="harmless")
    with pytest.raises(CommandError, match="entry 2 is broken: its content was changed"):
        call_command("audit_verify", renew_head=True)
    assert not AuditHead.objects.exists()


def test_a_head_that_was_set_back_is_found_and_nothing_is_numbered_again() -> None:
    for number in range(4):
        note(number)
    before = AuditEntry.objects.get(seq=2)
    AuditHead.objects.update(seq=2, seal=before.seal)
    with pytest.raises(CommandError, match="entry 3 is broken: it was put in beyond"):
        call_command("audit_verify")
    with pytest.raises(Unavailable, match=r"audit\.broken"):
        note(4)
    assert AuditEntry.objects.count() == 4
    assert [finding.level for finding in doctor.check()] == [Level.PROBLEM]


@pytest.mark.parametrize(
    ("place", "named"), [(1002, "1002 is broken: it was put in"), (0, "1 is broken: another"), (-7, "1 ")]
)
def test_an_entry_put_in_where_the_chain_is_not_is_found(place: int, named: str) -> None:
    for number in range(2):
        note(number)
    strange = AuditEntry.objects.get(seq=2)
    strange.pk, strange.seq, strange._state.adding = strange.pk + 1, place, True
    strange.save()
    with pytest.raises(CommandError, match=f"entry {named}"):
        call_command("audit_verify")


def test_entries_that_are_added_while_it_verifies_are_no_tampering(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        note(number)
    newest = audit._newest

    def and_another() -> AuditEntry | None:
        note(7)
        found = newest()
        note(8)
        return found

    monkeypatch.setattr(audit, "_newest", and_another)
    assert verify()[:3] == (3, AuditEntry.objects.get(seq=3).seal, None)


def test_what_is_expected_is_that_entrys_seal_and_no_others() -> None:
    note(1)
    note(2)
    first, second = AuditEntry.objects.order_by("seq")
    call_command("audit_verify", expect=f"1:{first.seal}", stdout=StringIO())
    for wrong in (f"1:{second.seal}", f"3:{second.seal}", "2:", f"x:{second.seal}", f"0:{first.seal}"):
        with pytest.raises(CommandError, match="written anew"):
            call_command("audit_verify", expect=wrong)
