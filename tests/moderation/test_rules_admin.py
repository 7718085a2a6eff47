"""Rules, held messages and the panic switch on the pages of the Django admin."""

import pytest
from django.test import Client

from accounts.models import Pausable, User
from accounts.services.pauses import paused_until
from messaging.models import Message
from moderation.models import HeldMessage, Rule, Trial
from moderation.services import rules
from moderation.services.rules import keep_rule
from rooms.models import Room
from tests.clients import Api
from tests.factories import say
from tests.jobs import Jobs

pytestmark = pytest.mark.django_db(transaction=True)
FORM = {
    "name": "No spam",
    "kind": "words",
    "parameters": '{"words": ["spam"]}',
    "room_id": "0",
    "action": "hold",
    "mute_minutes": "10",
    "place": "0",
}


@pytest.fixture
def desk(mod: User) -> Client:
    client = Client()
    client.force_login(mod)
    return client


def test_a_moderator_makes_tries_and_switches_on_a_rule(desk: Client, bob: User, general: Room, jobs: Jobs) -> None:
    said = say(bob, general, "spam it is")
    assert desk.post("/admin/moderation/rule/add/", FORM).status_code == 302
    rule = Rule.objects.get()
    assert not rule.enabled
    trial = f"/admin/moderation/rule/{rule.pk}/trial/"
    assert desk.post(trial).status_code == 302
    assert b"Looking" in desk.get(trial).content
    jobs.run()
    page = desk.get(trial).content.decode()
    assert "spam it is" in page and "<strong>1</strong> of 1" in page
    assert Trial.objects.get().matched == 1
    assert "Try it on the last 30 days" in desk.get(f"/admin/moderation/rule/{rule.pk}/change/").content.decode()
    desk.post(f"/admin/moderation/rule/{rule.pk}/change/", FORM | {"enabled": "on"})
    key = "7f0d5c8e-2f43-4d0e-9a3b-0c6a5d1e2b10"
    assert Api(bob).post(f"/rooms/{general.pk}/messages", {"client_id": key, "text": "spam"}).status_code == 403
    assert Message.objects.get().pk == int(said.id)
    desk.post("/admin/moderation/heldmessage/", {"action": "release", "_selected_action": HeldMessage.objects.get().pk})
    assert Message.objects.filter(client_id=key).exists()
    assert desk.post(f"/admin/moderation/rule/{rule.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not Rule.objects.exists()


ON = {"enabled": "on"}
OTHERS = {"parameters": '{"words": ["eggs"]}'}
ASKED = "it has not been tried"


def test_a_rule_that_has_not_been_tried_is_not_switched_on(desk: Client, jobs: Jobs) -> None:
    assert ASKED in desk.post("/admin/moderation/rule/add/", FORM | ON).content.decode()
    assert not Rule.objects.exists()
    desk.post("/admin/moderation/rule/add/", FORM)
    rule = Rule.objects.get()
    page, trial = f"/admin/moderation/rule/{rule.pk}/change/", f"/admin/moderation/rule/{rule.pk}/trial/"
    assert ASKED in desk.post(page, FORM | ON).content.decode()
    desk.post(trial)
    assert ASKED in desk.post(page, FORM | ON).content.decode()
    jobs.run()
    assert "Switch it on" in desk.get(trial).content.decode()
    assert ASKED in desk.post(page, FORM | ON | OTHERS).content.decode()
    rule.refresh_from_db()
    assert not rule.enabled
    assert desk.post(page, FORM | ON).status_code == 302
    assert "Switch it on" not in desk.get(trial).content.decode()
    assert ASKED in desk.post(page, FORM | ON | OTHERS).content.decode()
    assert desk.post(page, FORM | ON | {"name": "Renamed"}).status_code == 302
    rule.refresh_from_db()
    assert (rule.enabled, rule.name, rule.parameters) == (True, "Renamed", FORM["parameters"])


def test_in_an_emergency_one_may_say_so(desk: Client) -> None:
    told = desk.get("/admin/moderation/rule/add/").content.decode()
    assert '<input type="hidden" name="untried"' in told
    told = desk.post("/admin/moderation/rule/add/", FORM | ON).content.decode()
    assert '<input type="checkbox" name="untried"' in told
    assert desk.post("/admin/moderation/rule/add/", FORM | ON | {"untried": "on"}).status_code == 302
    rule = Rule.objects.get()
    assert rule.enabled
    assert desk.post(f"/admin/moderation/rule/{rule.pk}/change/", FORM | ON | {"action": "block"}).status_code == 302


def test_what_a_kind_cannot_use_is_said_beside_the_field(desk: Client) -> None:
    answer = desk.post("/admin/moderation/rule/add/", FORM | {"kind": "pattern", "parameters": '{"patterns": ["("]}'})
    assert b"This pattern cannot be used" in answer.content
    assert not Rule.objects.exists()


def test_the_panic_switch_is_a_page(desk: Client) -> None:
    page = "/admin/accounts/pause/"
    assert b"runs" in desk.get(page).content
    desk.post(page, {"what": "links", "hours": "3", "reason": "Raid"})
    assert paused_until(Pausable.LINKS) is not None
    assert b"paused until" in desk.get(page).content
    desk.post(page, {"what": "links", "hours": "0"})
    assert paused_until(Pausable.LINKS) is None


@pytest.mark.parametrize(
    "path", ["moderation/rule/", "moderation/heldmessage/", "accounts/pause/", "moderation/rule/1/trial/"]
)
def test_others_are_sent_to_the_sign_in(path: str, alice: User, mod: User) -> None:
    keep_rule(actor=mod, rule=Rule(pk=1, name="x", kind="repeats", action="block"))
    client = Client()
    client.force_login(alice)
    answer = client.get(f"/admin/{path}")
    assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, "/admin/login/")


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("room_id", "77", "There is no such room."),
        ("room_id", "-5", "There is no such room."),
        ("mute_minutes", "0", "greater than or equal to 1"),
        ("mute_minutes", "99999999", "less than or equal to 40320"),
        ("place", "99999999999", "less than or equal to 1000"),
    ],
)
def test_what_no_rule_can_have_is_said_on_its_page(field: str, value: str, said: str, desk: Client) -> None:
    answer = desk.post("/admin/moderation/rule/add/", FORM | {field: value})
    assert answer.status_code == 200 and said in answer.content.decode()
    assert not Rule.objects.exists()


def test_one_rule_too_many_is_said_on_the_page(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MOST_RULES", 0)
    assert b"There are 0 rules already" in desk.post("/admin/moderation/rule/add/", FORM).content


def test_a_rule_that_is_not_there_has_no_trial(desk: Client) -> None:
    assert desk.get("/admin/moderation/rule/77/trial/").status_code == 404
