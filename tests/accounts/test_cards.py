"""What is remembered of people is what others see of them now."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from accounts.services import cards as module
from accounts.services.cards import Cards
from accounts.services.profile import update_profile
from core.stamps import Away

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[list[int]]:
    """Who was asked of the database, each time."""
    asked: list[list[int]] = []
    read = module._read

    def counted(user_ids: list[int]) -> Any:
        asked.append(user_ids)
        return read(user_ids)

    monkeypatch.setattr(module, "_read", counted)
    return asked


def test_who_is_known_is_not_read_again(alice: User, bob: User, reads: list[list[int]]) -> None:
    cards = Cards()
    first = cards.of([alice.pk])
    both = cards.of([bob.pk, alice.pk, bob.pk])
    assert [card.username for card in both] == ["alice", "bob"]
    assert both[0] is first[0]
    assert reads == [[alice.pk], [bob.pk]]


def test_whoever_does_not_exist_has_no_card(alice: User) -> None:
    assert [card.username for card in Cards().of([alice.pk, 7])] == ["alice"]


def test_a_new_name_is_seen_at_once(alice: User, bob: User) -> None:
    cards = Cards()
    cards.of([alice.pk, bob.pk])
    update_profile(actor=alice, display_name="Alice B.")
    assert [card.display_name for card in cards.of([alice.pk])] == ["Alice B."]


def test_a_name_that_changes_while_it_is_read_is_not_kept(
    alice: User, monkeypatch: pytest.MonkeyPatch, reads: list[list[int]]
) -> None:
    cards, read = Cards(), module._read

    def renamed_after(user_ids: list[int]) -> Any:
        found = read(user_ids)
        update_profile(actor=alice, display_name="Alice B.")
        cards.of([])  # somebody else notices
        return found

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(module, "_read", renamed_after)
        cards.of([alice.pk])
    assert [card.display_name for card in cards.of([alice.pk])] == ["Alice B."]


def test_without_stamps_nothing_is_believed(
    alice: User, monkeypatch: pytest.MonkeyPatch, reads: list[list[int]]
) -> None:
    def away() -> None:
        raise Away

    monkeypatch.setattr(module, "people_stamp", away)
    cards = Cards()
    for _ in range(2):
        assert [card.username for card in cards.of([alice.pk])] == ["alice"]
    assert len(reads) == 2


def test_what_another_process_changed_is_seen_after_a_while(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FOR", -1.0)
    cards = Cards()
    cards.of([alice.pk])
    User.objects.filter(pk=alice.pk).update(display_name="Deleted")  # as by a command, which no stamp here tells of
    assert [card.display_name for card in cards.of([alice.pk])] == ["Deleted"]


def test_no_more_are_kept_than_fit(alice: User, bob: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_KEPT", 1)
    cards = Cards()
    cards.of([alice.pk, bob.pk])
    assert [card.username for card in cards.of([bob.pk])] == ["bob"]
    assert len(cards._kept) == 1
