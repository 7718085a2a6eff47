"""Rules that act by themselves: what they find, what they do, and that they cost nothing where there are none."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import User
from core import clock
from core.audit import Action
from core.errors import Forbidden
from messaging.models import Message
from messaging.services.sending import Sent, send_message
from messaging.services.sending_together import Wish, send_together
from moderation.models import Report, Rule, Sanction
from moderation.services.rulebook import rulebook
from moderation.services.rules import keep_rule, remove_rule
from rooms.models import Room
from rooms.services.members import add_member
from rooms.services.rooms import open_direct_room
from tests.clients import Api, refusal, wrong_fields
from tests.conftest import Published
from tests.factories import member, say
from tests.limits import limited
from tests.moderation.deciding import entries
from tests.order import nothing_happens
from tests.statements import statements

pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., Rule]


@pytest.fixture
def make(mod: User) -> Make:
    """Return a function that switches a rule on."""

    def make(
        kind: str = "words", parameters: str = '{"words": ["forbidden"]}', action: str = "block", **fields: Any
    ) -> Rule:
        usual: dict[str, Any] = {"name": f"No {kind}", "enabled": True}
        rule = Rule(kind=kind, parameters=parameters, action=action, **(usual | fields))
        return keep_rule(actor=mod, rule=rule)

    return make


def _write(actor: User, room: Room, text: str) -> Any:
    return Api(actor).post(f"/rooms/{room.pk}/messages", {"client_id": str(uuid4()), "text": text})


def test_a_blocked_message_is_nowhere_and_its_author_is_told_why(
    bob: User, general: Room, make: Make, published: Published
) -> None:
    rule = make(reason="Not here.")
    with nothing_happens(published):
        answer = _write(bob, general, "this is FORBIDDEN, you know")
    assert refusal(answer) == (403, "rule.blocked")
    assert answer.json()["error"]["message"] == "Not here."
    (entry,) = entries(Action.RULE_ACTED)
    assert (entry.reason, entry.target_id, entry.subject_id, entry.actor_id) == (rule.name, rule.pk, bob.pk, 0)
    assert _write(bob, general, "this is fine").status_code == 201


@pytest.mark.parametrize(
    "text",
    [
        "forbidden",
        "FORBIDDEN!",
        "(forbidden)",
        "fоrbidden",  # with a Cyrillic o
        "forb\u200bidden",
        "ｆｏｒｂｉｄｄｅｎ",
        "so\nforbidden\tso",
        "𝐟𝐨𝐫𝐛𝐢𝐝𝐝𝐞𝐧",
    ],
)
def test_words_are_found_behind_the_usual_tricks(text: str, bob: User, general: Room, make: Make) -> None:
    make()
    assert refusal(_write(bob, general, text)) == (403, "rule.blocked")


def test_a_part_of_a_word_is_another_word_unless_it_is_meant(bob: User, general: Room, make: Make) -> None:
    rule = make(parameters='{"words": ["ass"]}')
    assert _write(bob, general, "a class in the grass").status_code == 201
    rule.parameters = '{"words": ["ass"], "whole": false}'
    make(parameters=rule.parameters)
    assert refusal(_write(bob, general, "a class in the grass")) == (403, "rule.blocked")


def test_patterns_take_linear_time(bob: User, general: Room, make: Make) -> None:
    make("pattern", r'{"patterns": ["(a+)+$", "call\\s+me"]}')
    assert _write(bob, general, "a" * 7_000 + "!").status_code == 201
    assert refusal(_write(bob, general, "Call   ME")) == (403, "rule.blocked")


@pytest.mark.parametrize(
    ("parameters", "text", "passes"),
    [
        ("{}", "see https://example.org", False),
        ("{}", "see example.org", True),
        ('{"allowed": ["example.org"]}', "see https://docs.example.org/x", True),
        ('{"allowed": ["example.org"]}', "see https://notexample.org", False),
        ('{"denied": ["bad.example"]}', "see https://good.example", True),
        ('{"denied": ["bad.example"]}', "see https://www.bad.example", False),
        ('{"most": 1}', "https://a.example https://b.example", False),
        ('{"most": 1}', "https://a.example", True),
        ("{}", "http://[abc", False),
        ('{"denied": ["bad.example"]}', "http://[::1 and http://[abc", True),
        ('{"denied": ["bad.example"]}', "https://www.bad.example./x", False),
        ('{"denied": ["bad.example"]}', "https://bad\u3002example", False),
        ('{"denied": ["bad.example"]}', "https://ｂad\u00ad.ex%61mple", False),
        ('{"denied": ["bad.example"]}', "https://bad.example\\@good.example", False),
        ('{"denied": ["bad.example"]}', "https://bad.example@good.example", True),
    ],
)
def test_links(parameters: str, text: str, passes: bool, bob: User, general: Room, make: Make) -> None:
    make("links", parameters)
    assert _write(bob, general, text).status_code == (201 if passes else 403)


def test_many_names_in_one_message_and_many_messages_that_name(bob: User, general: Room, make: Make) -> None:
    make("mentions", '{"most": 2, "times": 3, "seconds": 600}')
    with limited():
        assert refusal(_write(bob, general, "@one @two @three")) == (403, "rule.blocked")
        assert [_write(bob, general, f"@alice {n}").status_code for n in range(3)] == [201, 201, 403]
        assert _write(bob, general, "nobody").status_code == 201


def test_the_same_again_and_again_is_counted_for_each_person(alice: User, bob: User, general: Room, make: Make) -> None:
    make("repeats", '{"times": 2, "seconds": 600}', spares_moderators=False)
    with limited():
        answers = [_write(bob, general, text).status_code for text in ("buy", "BUY ", "other", "b\u200buy")]
        assert answers == [201, 201, 201, 403]
        assert _write(alice, general, "buy").status_code == 201


def test_a_retry_is_not_counted_as_one_more(bob: User, general: Room, make: Make) -> None:
    make("repeats", '{"times": 1, "seconds": 600}')
    key = str(uuid4())
    with limited():
        first = say(bob, general, "hello", client_id=key)
        again = send_message(actor=bob, room_id=general.pk, client_id=key, text="hello")
    assert (again.created, again.message.id) == (False, first.id)
    assert entries(Action.RULE_ACTED) == []


def test_new_accounts_have_limits_that_end(bob: User, general: Room, make: Make) -> None:
    make("newcomers", '{"hours": 24, "messages": 2}')
    assert refusal(_write(bob, general, "https://example.org")) == (403, "rule.blocked")
    with limited():
        assert [_write(bob, general, "hi").status_code for _ in range(3)] == [201, 201, 403]
    User.objects.filter(pk=bob.pk).update(created_at=clock.now() - timedelta(hours=25))
    assert _write(bob, general, "https://example.org").status_code == 201


def test_an_edit_is_held_against_the_rules(bob: User, general: Room, make: Make, published: Published) -> None:
    said = say(bob, general, "fine")
    make()
    with nothing_happens(published):
        assert refusal(Api(bob).patch(f"/messages/{said.id}", {"text": "forbidden"})) == (403, "rule.blocked")
    assert len(entries(Action.RULE_ACTED)) == 1
    assert Api(bob).patch(f"/messages/{said.id}", {"text": "allowed"}).status_code == 200


def test_of_messages_sent_together_only_the_guilty_one_is_refused(bob: User, general: Room, make: Make) -> None:
    make()
    texts = ("a", "forbidden", "b")
    outcomes = send_together([Wish(bob, general.pk, str(uuid4()), text, f"from {text}") for text in texts])
    assert [isinstance(outcome, Sent) for outcome in outcomes] == [True, False, True]
    assert isinstance(outcomes[1], Forbidden)
    assert entries(Action.RULE_ACTED)[-1].address == "from forbidden"


def test_delete_leaves_a_tombstone_that_moderators_can_undo(
    alice: User, bob: User, general: Room, make: Make, published: Published
) -> None:
    make(action="delete")
    published.clear()
    answer = _write(bob, general, "forbidden")
    assert answer.status_code == 201
    assert published.types == ["message.created", "message.deleted"]
    assert Message.objects.get(pk=answer.json()["id"]).text == ""
    assert Api(alice).delete(f"/messages/{answer.json()['id']}/tombstone").json()["text"] == "forbidden"


def test_mute_silences_for_some_time_and_says_why(bob: User, general: Room, make: Make) -> None:
    make(action="mute", mute_minutes=10, reason="Cool down.")
    assert _write(bob, general, "forbidden").status_code == 201
    assert refusal(_write(bob, general, "fine")) == (403, "member.muted")
    muted = member(general, bob).muted_until
    assert muted is not None and muted <= clock.now() + timedelta(minutes=10)
    made = Sanction.objects.get(user_id=bob.pk)
    assert (made.reason, made.issued_by, made.kind) == ("Cool down.", 0, "mute")
    assert made.room_name == general.name


def test_report_puts_it_before_the_moderators_and_lets_it_stand(bob: User, general: Room, make: Make) -> None:
    make(action="report")
    sent = _write(bob, general, "forbidden").json()
    report = Report.objects.get(message_id=int(sent["id"]))
    assert report.note == "No words: forbidden"
    assert Message.objects.get(pk=sent["id"]).text == "forbidden"


def test_moderators_are_spared_where_the_rule_says_so(alice: User, mod: User, general: Room, make: Make) -> None:
    add_member(actor=alice, room_id=general.pk, user_id=mod.pk)
    rule = make()
    assert [_write(person, general, "forbidden").status_code for person in (alice, mod)] == [201, 201]
    rule.spares_moderators = False
    keep_rule(actor=mod, rule=rule)
    assert [_write(person, general, "forbidden").status_code for person in (alice, mod)] == [403, 403]


def test_a_rule_holds_in_its_room_and_in_direct_ones_only_if_it_says_so(
    alice: User, bob: User, mod: User, general: Room, make: Make
) -> None:
    direct = open_direct_room(actor=bob, user_ids=[alice.pk])[0].room
    rule = make(room_id=general.pk)
    assert [_write(bob, room, "forbidden").status_code for room in (general, direct)] == [403, 201]
    remove_rule(actor=mod, rule_id=rule.pk)
    rule = make()
    assert [_write(bob, room, "forbidden").status_code for room in (general, direct)] == [403, 201]
    rule.in_direct = True
    keep_rule(actor=mod, rule=rule)
    assert _write(bob, direct, "forbidden").status_code == 403


def test_rules_are_asked_in_their_order(bob: User, general: Room, make: Make) -> None:
    make(place=2, reason="second")
    make(place=1, reason="first")
    assert _write(bob, general, "forbidden").json()["error"]["message"] == "first"


def test_switched_off_or_removed_it_does_nothing(bob: User, mod: User, general: Room, make: Make) -> None:
    rule = make()
    rule.enabled = False
    keep_rule(actor=mod, rule=rule)
    assert _write(bob, general, "forbidden").status_code == 201
    assert rulebook.get() == []


def test_a_send_takes_two_statements_with_rules_and_without(bob: User, general: Room, make: Make) -> None:
    say(bob, general)
    for _ in range(2):
        with statements() as asked:
            say(bob, general)
        assert len(asked) == 2
        make()
        say(bob, general)


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
