"""On SQLite the threads of a process that write wait for one another, as other databases let them wait by themselves."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext

import pytest
from django.db import connections
from django.db.models import Value
from django.db.models.functions import Concat

from accounts.models import User
from core.db import atomic, on_commit, retried
from core.turns import in_turn


def test_who_comes_second_begins_when_the_first_has_ended() -> None:
    begun, told = threading.Event(), []

    def second() -> None:
        begun.set()
        with in_turn(nullcontext()):
            told.append("second")

    with ThreadPoolExecutor(1) as pool:
        with in_turn(nullcontext()):
            waiting = pool.submit(second)
            begun.wait()
            told.append("first")
        waiting.result()
    assert told == ["first", "second"]


def test_a_failure_makes_room_for_the_next() -> None:
    def next_one() -> str:
        with in_turn(nullcontext()):
            return "here"

    with pytest.raises(ValueError, match="no"), in_turn(nullcontext()):
        raise ValueError("no")
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(next_one).result() == "here"


@pytest.mark.django_db(transaction=True)
def test_what_follows_a_commit_may_write_again(alice: User) -> None:
    def rename() -> None:
        with atomic():
            User.objects.filter(pk=alice.pk).update(display_name="After")

    with atomic(), atomic():
        on_commit(rename)
    alice.refresh_from_db()
    assert alice.display_name == "After"


@pytest.mark.django_db(transaction=True)
def test_many_threads_lose_no_change(alice: User) -> None:
    @retried
    def write() -> None:
        with atomic():
            User.objects.filter(pk=alice.pk).update(status_text=Concat("status_text", Value("x")))

    def longer() -> None:
        write()
        connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(longer) for _ in range(40)]:
            done.result()
    alice.refresh_from_db()
    assert alice.status_text == "x" * 40
