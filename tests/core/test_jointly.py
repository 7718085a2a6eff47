"""What several threads want at the same time is done together; each gets what is theirs."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from core.jointly import MOST_TOGETHER, Jointly


class Work:
    """Doubles numbers and refuses odd ones. The first lot takes until `waiting` others wait."""

    def __init__(self, waiting: int) -> None:
        self.waiting, self.lots = waiting, list[list[int]]()
        self.threads = set[int]()
        self.jointly: Jointly[int, int] = Jointly(self)

    def __call__(self, lot: Sequence[int]) -> list[int | Exception]:
        self.lots.append(list(lot))
        self.threads.add(threading.get_ident())
        while len(self.lots) == 1 and len(self.jointly._waiting) < self.waiting:
            pass
        return [ValueError(each) if each % 2 else 2 * each for each in lot]


def asked(work: Work, numbers: Sequence[int]) -> list[Future[int]]:
    with ThreadPoolExecutor(len(numbers)) as pool:
        return [pool.submit(work.jointly, number) for number in numbers]


def test_alone_nobody_waits() -> None:
    work = Work(waiting=0)
    assert [work.jointly(2), work.jointly(4)] == [4, 8]
    assert work.lots == [[2], [4]]
    assert work.threads == {threading.get_ident()}


def test_who_comes_meanwhile_goes_together_and_each_has_their_own_answer() -> None:
    work = Work(waiting=9)
    answers = asked(work, range(10))
    assert len(work.lots) == 2
    assert sorted(work.lots[0] + work.lots[1]) == list(range(10))
    for number, answer in enumerate(answers):
        if number % 2:
            with pytest.raises(ValueError, match=str(number)):
                answer.result()
        else:
            assert answer.result() == 2 * number


def test_a_failure_of_the_work_is_told_to_all_of_its_lot_and_ends_there() -> None:
    work = Work(waiting=0)

    def fail(lot: Sequence[int]) -> list[int | Exception]:
        if 13 in lot:
            raise LookupError("the whole lot")
        return list(lot)

    work.jointly = Jointly(fail)
    with pytest.raises(LookupError):
        work.jointly(13)
    assert work.jointly(4) == 4


def test_a_lot_has_its_bound() -> None:
    work = Work(waiting=MOST_TOGETHER + 20)
    answers = asked(work, [2] * (MOST_TOGETHER + 21))
    assert [len(lot) for lot in work.lots] == [1, MOST_TOGETHER, 20]
    assert {answer.result() for answer in answers} == {4}
