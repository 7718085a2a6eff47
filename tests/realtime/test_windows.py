"""Frames that are deflated with the client's memory in mind: everybody reads exactly what was written to them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.extensions.permessage_deflate import PerMessageDeflate
from websockets.frames import Frame as WireFrame
from websockets.streams import StreamReader

from bench.dialects import body
from realtime import frames
from realtime.frames import (
    COMPRESSED,
    LEAST_COMPRESSED,
    MOST_ALONE,
    MOST_FORMS,
    MOST_REMEMBERED,
    REACH,
    UNKNOWN,
    WINDOW_BITS,
    Frame,
    Window,
    joined,
)


class Client:
    """A socket and who reads it, with an inflater that goes on from frame to frame."""

    def __init__(self) -> None:
        self.window, self.read, self.bytes = UNKNOWN, [""], 0
        self._inflater = PerMessageDeflate(False, True, WINDOW_BITS, WINDOW_BITS)

    def hear(self, frame: Frame) -> None:
        data, self.window = frame.compressed(self.window)
        self.bytes = len(data)
        reader = StreamReader()
        reader.feed_data(data)
        steps = WireFrame.parse(reader.read_exact, mask=False, max_size=None, extensions=[self._inflater])
        try:
            while True:
                next(steps)
        except StopIteration as end:
            self.read.append(bytes(end.value.data).decode())


def event(number: int) -> Frame:
    return Frame(json.dumps({"type": "message.created", "rev": number, "message": {"text": body(number)}}))


sizes = st.one_of(st.integers(0, 400), st.integers(400, 3 * REACH))
happenings = st.tuples(
    st.integers(0, 40), sizes, st.sampled_from(["shared", "shared", "alone", "joined"]), st.sets(st.integers(0, 7))
)


@settings(deadline=None)
@given(st.lists(happenings, max_size=40))
def test_whoever_hears_what_in_which_order_reads_it_as_it_was_written(
    steps: list[tuple[int, int, str, set[int]]],
) -> None:
    clients, written = [Client() for _ in range(8)], [[""] for _ in range(8)]
    for number, size, kind, audience in steps:
        text = (body(number) + " " + "wörter " * (size // 7))[:size]
        frame = joined([Frame(json.dumps(text))] * 3) if kind == "joined" else Frame(text, alone=kind == "alone")
        for place in audience if kind != "alone" else list(audience)[:1]:
            clients[place].hear(frame)
            written[place].append(frame.text)
    assert [client.read for client in clients] == written


def test_who_heard_the_same_shares_one_form(monkeypatch: pytest.MonkeyPatch) -> None:
    clients, made = [Client() for _ in range(50)], [0]
    real = frames.deflated

    def counted(payload: bytes, window: Window) -> bytes:
        made[0] += 1
        return real(payload, window)

    monkeypatch.setattr(frames, "deflated", counted)
    for number in range(20):
        frame = event(number)
        for client in clients:
            client.hear(frame)
    assert made == [20]


def test_what_was_heard_before_makes_the_next_smaller() -> None:
    client, stranger = Client(), Client()
    for number in range(10):
        client.hear(event(number))
    stranger.hear(event(9))
    assert client.bytes < stranger.bytes * 0.7


def test_an_answer_for_one_socket_does_not_part_it_from_the_others() -> None:
    one, other = Client(), Client()
    for number in range(3):
        one.hear(event(number))
        other.hear(event(number))
        one.hear(Frame(json.dumps({"type": "ack", "text": body(number)}), alone=True))
    assert one.window == other.window != UNKNOWN


def test_what_leaves_together_with_an_answer_is_for_one_socket_too() -> None:
    assert joined([event(1), Frame("1", alone=True)]).alone
    assert not joined([event(1), event(2)]).alone


def test_a_long_answer_for_one_socket_is_deflated_and_not_remembered() -> None:
    client = Client()
    client.hear(event(1))
    page = Frame(json.dumps([body(number) for number in range(50)]), alone=True)
    client.hear(page)
    assert client.bytes < len(page.text) / 2 and len(page.text) > MOST_ALONE
    assert client.window == UNKNOWN


def test_those_who_heard_different_things_remember_the_same_after_some_frames() -> None:
    clients = [Client() for _ in range(3)]
    for number, client in enumerate(clients):
        client.hear(event(number))
    for number in range(10, 10 + MOST_REMEMBERED):
        frame = event(number)
        for client in clients:
            client.hear(frame)
    assert len({client.window for client in clients}) == 1


def test_however_many_different_memories_there_are_few_forms_are_made() -> None:
    clients = [Client() for _ in range(30)]
    for number, client in enumerate(clients):
        client.hear(event(number))
    frame = event(99)
    for client in clients:
        client.hear(frame)
    forms = {data for data, _ in (frame._compressed or {}).values()}
    assert len(forms) <= MOST_FORMS + 1
    assert len({client.window for client in clients}) <= MOST_FORMS + 1


def test_what_is_short_stays_plain_and_unremembered() -> None:
    client = Client()
    client.hear(event(1))
    before = client.window
    short = Frame("x" * (LEAST_COMPRESSED - 1))
    assert short.compressed(before) == (short.plain(), before)
    assert event(2).compressed(before)[0][0] == COMPRESSED


def test_no_more_is_remembered_than_the_inflater_reaches() -> None:
    client = Client()
    for _ in range(5):
        client.hear(joined([event(number) for number in range(60)]))
    assert sum(map(len, client.window)) <= 2 * REACH
