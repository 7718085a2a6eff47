from functools import partial
from typing import Any
from urllib.parse import quote

import emoji as catalogue
import pytest

from accounts.models import User
from core.errors import Invalid
from messaging.emoji import qualified
from messaging.models import Message, Reaction
from messaging.services.changing import delete_message
from messaging.services.reacting import MOST_EMOJI, add_reaction, remove_reaction
from rooms.models import Room
from rooms.services.rooms import archive_room
from tests.accounts.racing import at_once, refusals
from tests.clients import Api, refusal, wrong_fields
from tests.conftest import Published
from tests.factories import make_room, make_user, say
from tests.order import assert_no_holes, nothing_happens, told

FACES = "😀😁😂😃😄😅😆😇😈😉😊😋😌😍😎😏😐😑😒😓😔"


def _path(message_id: str, emoji: str) -> str:
    return f"/messages/{message_id}/reactions/{quote(emoji, safe='')}"


def test_a_reaction_is_heard_by_everybody_with_the_whole_message(
    alice: User, bob: User, general: Room, published: Published
) -> None:
    first = say(alice, general)
    answer = Api(bob).put(_path(first.id, "👍"))
    assert answer.status_code == 200
    message = answer.json()
    assert message["reactions"] == [{"emoji": "👍", "user_ids": [str(bob.pk)]}]
    assert message.items() >= {"seq": first.seq, "rev": first.rev + 1, "edited_at": None}.items()
    assert told(published)[-1] == {
        "type": "reaction.added", "room_id": str(general.pk), "rev": first.rev + 1, "message": message, "emoji": "👍",
        "user_id": str(bob.pk),
    }  # fmt: skip
    assert_no_holes(published, general)


def test_and_so_is_taking_it_back(alice: User, bob: User, general: Room, published: Published) -> None:
    first = say(alice, general)
    for person in (alice, bob):
        add_reaction(actor=person, message_id=int(first.id), emoji="👍")
    message = Api(bob).delete(_path(first.id, "👍")).json()
    assert message["reactions"] == [{"emoji": "👍", "user_ids": [str(alice.pk)]}]
    assert told(published)[-1].items() >= {"type": "reaction.removed", "emoji": "👍", "user_id": str(bob.pk)}.items()
    assert Api(alice).delete(_path(first.id, "👍")).json()["reactions"] == []
    assert_no_holes(published, general)
    assert not Reaction.objects.exists()


def test_doing_it_twice_changes_nothing(bob: User, general: Room, published: Published) -> None:
    first = say(bob, general)
    with nothing_happens(published):
        assert Api(bob).delete(_path(first.id, "👍")).status_code == 200
    add_reaction(actor=bob, message_id=int(first.id), emoji="👍")
    with nothing_happens(published):
        assert Api(bob).put(_path(first.id, "👍")).status_code == 200


def test_the_order_is_that_of_the_first_of_each(alice: User, bob: User, general: Room) -> None:
    first = int(say(alice, general).id)
    for person, emoji in ((bob, "🎉"), (alice, "👍"), (alice, "🎉")):
        message = add_reaction(actor=person, message_id=first, emoji=emoji)
    assert [(one.emoji, len(one.user_ids)) for one in message.reactions] == [("🎉", 2), ("👍", 1)]


@pytest.mark.parametrize(("spelling", "kept"), [("❤", "❤️"), ("❤️", "❤️"), ("#⃣", "#️⃣"), ("☺️", "☺️"), ("👩‍❤‍👨", "👩‍❤️‍👨")])
def test_two_spellings_of_an_emoji_are_one(bob: User, general: Room, spelling: str, kept: str) -> None:
    first = say(bob, general)
    Api(bob).put(_path(first.id, kept))
    message = Api(bob).put(_path(first.id, spelling)).json()
    assert [one["emoji"] for one in message["reactions"]] == [kept]
    assert Api(bob).delete(_path(first.id, spelling)).json()["reactions"] == []


@pytest.mark.parametrize(
    "text", ["a", "ab", "1", "#", "👍👍", "👍a", "\ufe0f", " ", ":+1:", "x" * 33, "👍" * 40, "\u200d"]
)
def test_what_is_no_emoji_is_refused(bob: User, general: Room, text: str, published: Published) -> None:
    first = say(bob, general)
    with nothing_happens(published):
        assert wrong_fields(Api(bob).put(_path(first.id, text))) == {"emoji"}
        assert wrong_fields(Api(bob).delete(_path(first.id, text))) == {"emoji"}


def test_every_emoji_there_is_has_one_spelling_that_fits() -> None:
    for text in catalogue.EMOJI_DATA:
        kept = qualified(text)
        assert qualified(kept) == kept
        assert len(kept) <= 64
    with pytest.raises(Invalid):
        qualified("")


def test_a_message_carries_twenty_different_ones(alice: User, bob: User, general: Room, published: Published) -> None:
    first = say(bob, general)
    for emoji in FACES[:MOST_EMOJI]:
        add_reaction(actor=bob, message_id=int(first.id), emoji=emoji)
    with nothing_happens(published):
        assert refusal(Api(alice).put(_path(first.id, FACES[MOST_EMOJI]))) == (409, "limit.reached")
    assert Api(alice).put(_path(first.id, FACES[0])).status_code == 200
    Api(bob).delete(_path(first.id, FACES[1]))
    assert Api(alice).put(_path(first.id, FACES[MOST_EMOJI])).status_code == 200
    assert_no_holes(published, general)


def test_nobody_reacts_to_what_was_deleted(alice: User, bob: User, general: Room, published: Published) -> None:
    first = say(bob, general)
    delete_message(actor=bob, message_id=int(first.id))
    with nothing_happens(published):
        assert refusal(Api(alice).put(_path(first.id, "👍"))) == (409, "message.deleted")
        assert Api(alice).delete(_path(first.id, "👍")).status_code == 200


def test_nor_in_an_archived_room(alice: User, bob: User, general: Room, published: Published) -> None:
    first = say(bob, general)
    add_reaction(actor=bob, message_id=int(first.id), emoji="👍")
    archive_room(actor=alice, room_id=general.pk, archived=True)
    with nothing_happens(published):
        assert refusal(Api(bob).put(_path(first.id, "🎉"))) == (403, "room.archived")
        assert refusal(Api(bob).delete(_path(first.id, "👍"))) == (403, "room.archived")


def test_an_outsider_reacts_to_nothing(bob: User, carol: User, general: Room, published: Published) -> None:
    first = say(bob, general)
    assert Message.objects.filter(pk=first.id).exists()
    with nothing_happens(published):
        for path in (_path(first.id, "👍"), _path("1234567890", "👍"), _path("x", "👍")):
            assert refusal(Api(carol).put(path)) == (404, "not_found")
            assert refusal(Api(carol).delete(path)) == (404, "not_found")


def test_twenty_people_at_once_all_count(published: Published) -> None:
    people = [make_user(f"p{number}x") for number in range(20)]
    room = make_room(*people)
    first = say(people[0], room)
    room.refresh_from_db()
    add: list[Any] = [
        partial(add_reaction, actor=person, message_id=int(first.id), emoji="👍🎉"[number % 2])
        for number, person in enumerate(people)
    ]
    results = at_once(add)
    assert refusals(results) == []
    assert_no_holes(published, room)
    last = max(told(published), key=lambda event: event.get("rev", 0))["message"]
    assert sorted(user for one in last["reactions"] for user in one["user_ids"]) == sorted(str(p.pk) for p in people)
    assert Reaction.objects.count() == 20


def test_one_person_eight_times_at_once_counts_once(published: Published) -> None:
    alice = make_user("alice")
    room = make_room(alice)
    first = say(alice, room)
    room.refresh_from_db()
    results = at_once([partial(add_reaction, actor=alice, message_id=int(first.id), emoji="👍")] * 8)
    assert refusals(results) == []
    assert published.types.count("reaction.added") == 1
    results = at_once([partial(remove_reaction, actor=alice, message_id=int(first.id), emoji="👍")] * 8)
    assert published.types.count("reaction.removed") == 1
    assert_no_holes(published, room)
