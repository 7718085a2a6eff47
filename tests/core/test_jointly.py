"""What several threads want at the same time is done together; each gets what is theirs."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from core.jointly import MOST_TOGETHER, Jointly

PATIENCE = 10  # seconds, after which something is wrong


class Queue(deque[Any]):
    """Those who wait; `joined` counts everybody who came."""

    def __init__(self) -> None:
        super().__init__()
        self.joined = threading.Semaphore(0)

    def append(self, place: Any) -> None:
        super().append(place)
        self.joined.release()


class Work:
    """Doubles numbers and refuses odd ones. The first lot takes until it may end, which `asked` says."""

    def __init__(self) -> None:
        self.lots, self.threads = list[list[int]](), set[int]()
        self.begun, self.may_end = threading.Event(), threading.Event()
        self.jointly: Jointly[int, int] = Jointly(self)
        self.queue = self.jointly._waiting = Queue()

    def __call__(self, lot: Sequence[int]) -> list[int | Exception]:
        self.lots.append(list(lot))
        self.threads.add(threading.get_ident())
        self.begun.set()
        assert self.may_end.wait(PATIENCE)
        return [ValueError(each) if each % 2 else 2 * each for each in lot]


def asked(work: Work, first: int, others: Sequence[int]) -> list[Future[int]]:
    """Ask for the first number, and for the others while that is at work."""
    with ThreadPoolExecutor(1 + len(others)) as pool:
        answers = [pool.submit(work.jointly, first)]
        assert work.begun.wait(PATIENCE)
        answers += [pool.submit(work.jointly, number) for number in others]
        for _ in answers:
            assert work.queue.joined.acquire(timeout=PATIENCE)
        work.may_end.set()
    return answers


def test_alone_nobody_waits() -> None:
    work = Work()
    work.may_end.set()
    assert [work.jointly(2), work.jointly(4)] == [4, 8]
    assert work.lots == [[2], [4]]
    assert work.threads == {threading.get_ident()}


def test_who_comes_meanwhile_goes_together_and_each_has_their_own_answer() -> None:
    work = Work()
    answers = asked(work, 0, range(1, 10))
    assert [sorted(lot) for lot in work.lots] == [[0], list(range(1, 10))]
    for number, answer in enumerate(answers):
        if number % 2:
            with pytest.raises(ValueError, match=str(number)):
                answer.result()
        else:
            assert answer.result() == 2 * number


def test_a_failure_of_the_work_is_told_to_all_of_its_lot_and_ends_there() -> None:
    def fail(lot: Sequence[int]) -> list[int | Exception]:
        if 13 in lot:
            raise LookupError("the whole lot")
        return list(lot)

    jointly = Jointly(fail)
    with pytest.raises(LookupError):
        jointly(13)
    assert jointly(4) == 4


def test_a_lot_has_its_bound() -> None:
    work = Work()
    answers = asked(work, 2, [2] * (MOST_TOGETHER + 20))
    assert [len(lot) for lot in work.lots] == [1, MOST_TOGETHER, 20]
    assert {answer.result() for answer in answers} == {4}
