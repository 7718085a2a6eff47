"""Every time on the pages of the admin says which zone it is in."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from accounts.models import Pausable, User
from accounts.services.sign_in import sign_in
from moderation.models import Case, HeldMessage
from moderation.services.cases import add_note, claim_case
from moderation.services.panic import pause
from moderation.services.reporting import report_message
from rooms.models import Room
from tests.factories import PASSWORD, say
from tests.moderation.deciding import Make, sanction, write

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clock")]
WITHOUT_ZONE = re.compile(r"\b\d\d?:\d\d\b(?! UTC)|\b[ap]\.m\.|\bnoon\b|\bmidnight\b")


def test_lists_and_pages_say_the_zone(
    admin: User, mod: User, alice: User, bob: User, general: Room, make: Make
) -> None:
    said = say(bob, general, "nasty")
    report_message(actor=alice, message_id=int(said.id), reason="abuse")
    case = Case.objects.get()
    sanction(mod, bob, "warning")
    claim_case(actor=admin, case_id=case.pk)
    add_note(actor=mod, case_id=case.pk, text="Again.")
    pause(actor=mod, what=Pausable.LINKS, hours=2)
    make(action="hold")
    write(bob, general, "forbidden")
    sign_in(login="bob", password=PASSWORD, ip="", device="")
    client = Client()
    client.force_login(admin)
    lists = [
        "moderation/case/", "moderation/sanction/", "moderation/heldmessage/", "moderation/auditentry/", "rooms/room/",
        "rooms/membership/", "accounts/authsession/", "accounts/pause/", f"moderation/case/{case.pk}/change/",
        f"moderation/heldmessage/{HeldMessage.objects.get().pk}/change/", f"accounts/user/{bob.pk}/change/",
    ]  # fmt: skip
    for path in lists:
        shown = client.get(f"/admin/{path}").content.decode().split('id="content"')[1]
        assert "24 Nov 2026, 1" in shown, path
        assert WITHOUT_ZONE.findall(shown) == [], path
