import logging
from typing import Any

import msgspec
import pytest

from core.db import atomic, undo
from core.events import Envelope, publish, room_topic, set_transport, user_topic
from tests.conftest import Published


def test_an_event_leaves_after_the_commit_and_not_before(published: Published) -> None:
    with atomic():
        publish(room_topic(7), {"type": "tested", "rev": 3})
        assert published == []
    assert published.events == [{"type": "tested", "rev": 3}]
    assert (published[0].topic, published[0].rev) == ("room.7", 3)


def test_what_was_rolled_back_or_undone_is_never_heard_of(published: Published) -> None:
    with pytest.raises(RuntimeError), atomic():
        publish(user_topic(7), {"type": "tested"})
        raise RuntimeError
    with atomic():
        publish(user_topic(7), {"type": "tested"})
        undo()
    assert published == []


def test_events_leave_in_the_order_they_were_published(published: Published) -> None:
    with atomic():
        for number in range(5):
            publish(room_topic(1), {"type": "tested", "rev": number})
    assert [envelope.rev for envelope in published] == list(range(5))


def test_a_transport_that_fails_fails_nobody(transactional_db: None, caplog: pytest.LogCaptureFixture) -> None:
    heard: list[Envelope] = []

    def fail_first(envelope: Envelope) -> None:
        heard.append(envelope)
        if len(heard) == 1:
            raise ConnectionError("away")

    before = set_transport(fail_first)
    try:
        with caplog.at_level(logging.ERROR), atomic():
            publish(room_topic(1), {"type": "first"})
            publish(room_topic(1), {"type": "second"})
    finally:
        set_transport(before)
    assert len(heard) == 2


def test_without_a_transport_nothing_happens(transactional_db: None) -> None:
    before = set_transport(None)
    publish(room_topic(1), {"type": "tested"})
    set_transport(before)


def test_an_envelope_survives_the_way_to_another_process(published: Published) -> None:
    extras: dict[str, Any] = {"attach": [(1, 2, 3)], "detach": [(1, 2)], "ends": [9], "rooms": [4], "droppable": True}
    publish(user_topic(1), {"type": "tested", "text": "ü"}, **extras)
    sent = msgspec.msgpack.encode(published[0])
    assert msgspec.msgpack.decode(sent, type=Envelope) == published[0]
    assert {name: getattr(published[0], name) for name in extras} == extras
