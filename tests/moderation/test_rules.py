"""Rules that act by themselves: what they find, what they do, and that they cost nothing where there are none."""

from datetime import timedelta
from uuid import uuid4

import pytest

from accounts.models import User
from core import clock
from core.audit import Action
from core.errors import Forbidden
from messaging.models import Message
from messaging.services.sending import Sent
from messaging.services.sending_together import Wish, send_together
from moderation.models import Report, Sanction
from moderation.services.rulebook import rulebook
from moderation.services.rules import keep_rule, remove_rule
from rooms.models import Room
from rooms.services.members import add_member
from rooms.services.rooms import open_direct_room
from tests.clients import Api, refusal
from tests.conftest import Published
from tests.factories import member, say
from tests.moderation.deciding import Make, entries, write
from tests.order import nothing_happens
from tests.statements import statements

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_blocked_message_is_nowhere_and_its_author_is_told_why(
    bob: User, general: Room, make: Make, published: Published
) -> None:
    rule = make(reason="Not here.")
    with nothing_happens(published):
        answer = write(bob, general, "this is FORBIDDEN, you know")
    assert refusal(answer) == (403, "rule.blocked")
    assert answer.json()["error"]["message"] == "Not here."
    (entry,) = entries(Action.RULE_ACTED)
    assert (entry.reason, entry.target_id, entry.subject_id, entry.actor_id) == (rule.name, rule.pk, bob.pk, 0)
    assert write(bob, general, "this is fine").status_code == 201


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
        "for*bid*den",
        "**for**bidden",
        "for~~bidden~~",
        "__forbidden__",
        "for`bid`den",
        "förbídden",
    ],
)
def test_words_are_found_behind_the_usual_tricks(text: str, bob: User, general: Room, make: Make) -> None:
    make()
    assert refusal(write(bob, general, text)) == (403, "rule.blocked")


def test_a_part_of_a_word_is_another_word_unless_it_is_meant(bob: User, general: Room, make: Make) -> None:
    rule = make(parameters='{"words": ["ass"]}')
    assert write(bob, general, "a class in the grass").status_code == 201
    rule.parameters = '{"words": ["ass"], "whole": false}'
    make(parameters=rule.parameters)
    assert refusal(write(bob, general, "a class in the grass")) == (403, "rule.blocked")


def test_patterns_take_linear_time(bob: User, general: Room, make: Make) -> None:
    make("pattern", r'{"patterns": ["(a+)+$", "call\\s+me"]}')
    assert write(bob, general, "a" * 7_000 + "!").status_code == 201
    assert refusal(write(bob, general, "Call   ME")) == (403, "rule.blocked")


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
    assert write(bob, general, text).status_code == (201 if passes else 403)


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
    answer = write(bob, general, "forbidden")
    assert answer.status_code == 201
    assert published.types == ["message.created", "message.deleted"]
    assert Message.objects.get(pk=answer.json()["id"]).text == ""
    assert Api(alice).delete(f"/messages/{answer.json()['id']}/tombstone").json()["text"] == "forbidden"


def test_mute_silences_for_some_time_and_says_why(bob: User, general: Room, make: Make) -> None:
    make(action="mute", mute_minutes=10, reason="Cool down.")
    assert write(bob, general, "forbidden").status_code == 201
    assert refusal(write(bob, general, "fine")) == (403, "member.muted")
    muted = member(general, bob).muted_until
    assert muted is not None and muted <= clock.now() + timedelta(minutes=10)
    made = Sanction.objects.get(user_id=bob.pk)
    assert (made.reason, made.issued_by, made.kind) == ("Cool down.", 0, "mute")
    assert made.room_name == general.name


def test_report_puts_it_before_the_moderators_and_lets_it_stand(bob: User, general: Room, make: Make) -> None:
    make(action="report")
    sent = write(bob, general, "forbidden").json()
    report = Report.objects.get(message_id=int(sent["id"]))
    assert report.note == "No words: forbidden"
    assert Message.objects.get(pk=sent["id"]).text == "forbidden"


def test_moderators_are_spared_where_the_rule_says_so(alice: User, mod: User, general: Room, make: Make) -> None:
    add_member(actor=alice, room_id=general.pk, user_id=mod.pk)
    rule = make()
    assert [write(person, general, "forbidden").status_code for person in (alice, mod)] == [201, 201]
    rule.spares_moderators = False
    keep_rule(actor=mod, rule=rule)
    assert [write(person, general, "forbidden").status_code for person in (alice, mod)] == [403, 403]


def test_a_rule_holds_in_its_room_and_in_direct_ones_only_if_it_says_so(
    alice: User, bob: User, mod: User, general: Room, make: Make
) -> None:
    direct = open_direct_room(actor=bob, user_ids=[alice.pk])[0].room
    rule = make(room_id=general.pk)
    assert [write(bob, room, "forbidden").status_code for room in (general, direct)] == [403, 201]
    remove_rule(actor=mod, rule_id=rule.pk)
    rule = make()
    assert [write(bob, room, "forbidden").status_code for room in (general, direct)] == [403, 201]
    rule.in_direct = True
    keep_rule(actor=mod, rule=rule)
    assert write(bob, direct, "forbidden").status_code == 403


def test_rules_are_asked_in_their_order(bob: User, general: Room, make: Make) -> None:
    make(place=2, reason="second")
    make(place=1, reason="first")
    assert write(bob, general, "forbidden").json()["error"]["message"] == "first"


def test_switched_off_or_removed_it_does_nothing(bob: User, mod: User, general: Room, make: Make) -> None:
    rule = make()
    rule.enabled = False
    keep_rule(actor=mod, rule=rule)
    assert write(bob, general, "forbidden").status_code == 201
    assert rulebook.get() == []


def test_a_send_takes_two_statements_with_rules_and_without(bob: User, general: Room, make: Make) -> None:
    say(bob, general)
    for _ in range(2):
        with statements() as asked:
            say(bob, general)
        assert len(asked) == 2
        make()
        say(bob, general)
