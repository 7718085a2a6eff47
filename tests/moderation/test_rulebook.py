"""Rules are made, changed and removed by the staff, each time with a record of what it was."""

from typing import Any

import pytest

from accounts.models import User
from core.audit import Action
from moderation.models import Rule
from moderation.services.rules import keep_rule, remove_rule
from tests.clients import Api, refusal, wrong_fields
from tests.moderation.deciding import Make, entries

pytestmark = pytest.mark.django_db(transaction=True)


def test_each_change_is_recorded_with_what_it_was(mod: User, make: Make) -> None:
    rule = make()
    rule.reason = "Now with a reason"
    keep_rule(actor=mod, rule=rule)
    remove_rule(actor=mod, rule_id=rule.pk)
    made, changed, removed = entries(Action.RULE_MADE, Action.RULE_CHANGED, Action.RULE_REMOVED)
    assert (made.actor_id, changed.target_id, removed.reason) == (mod.pk, rule.pk, rule.name)
    assert changed.change == '{"reason":["","Now with a reason"]}'


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [
        ("words", {}),
        ("words", {"words": []}),
        ("words", {"words": ["\u200b"]}),
        ("words", {"words": ["x"], "colour": 1}),
        ("pattern", {"patterns": ["("]}),
        ("pattern", {"patterns": [r"(a)\1"]}),
        ("pattern", {"patterns": ["(?=a)"]}),
        ("links", {"allowed": ["https://example.org"]}),
        ("mentions", {"most": 0}),
        ("newcomers", {"hours": 0}),
    ],
)
def test_parameters_that_cannot_be_used_are_refused(kind: str, parameters: Any, admin: User) -> None:
    body = {"name": "x", "kind": kind, "action": "block", "parameters": parameters}
    assert wrong_fields(Api(admin).post("/rules", body)) == {"parameters"}
    assert not Rule.objects.exists()


def test_over_rest_a_rule_is_made_changed_and_removed(admin: User) -> None:
    api = Api(admin)
    made = api.post("/rules", {"name": "x", "kind": "words", "action": "hold", "parameters": {"words": ["x"]}})
    assert (made.status_code, made.json()["enabled"], made.json()["room_id"]) == (201, False, None)
    path = f"/rules/{made.json()['id']}"
    assert api.patch(path, {"enabled": True, "parameters": {"words": ["y"]}}).json()["parameters"] == {"words": ["y"]}
    assert api.get("/rules").json()["results"] == [api.get(path).json()]
    assert (api.delete(path).status_code, refusal(api.get(path))) == (204, (404, "not_found"))
