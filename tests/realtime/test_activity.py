"""Who is in front of a window right now, as worker threads ask."""

from __future__ import annotations

import asyncio

import pytest
from django.conf import settings

from accounts.models import User
from realtime import presence
from realtime.activity import active_among
from tests.realtime.chat import Chat
from tests.realtime.conftest import Connect

pytestmark = pytest.mark.asyncio


async def active(*people: User) -> set[int] | None:
    return await asyncio.to_thread(active_among, [person.pk for person in people])


async def test_whoever_has_an_active_window_is_active_and_nobody_else(
    connect: Connect, alice: User, bob: User, carol: User
) -> None:
    await connect(alice)
    b = await connect(bob)
    await b.ask("presence.set", status="idle")
    assert await active(alice, bob, carol) == {alice.pk}
    await b.ask("presence.set", status="online")
    assert await active(alice, bob, carol) == {alice.pk, bob.pk}
    assert await active() == set()


async def test_one_active_window_of_several_is_enough(connect: Connect, alice: User) -> None:
    first, _ = await connect(alice), await connect(alice)
    await first.ask("presence.set", status="idle")
    assert await active(alice) == {alice.pk}


async def test_for_a_moment_after_the_last_window_was_closed_somebody_still_counts(
    connect: Connect, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    await connect(bob)  # the hub runs
    leaving = await Chat(alice).open()
    await leaving.close()
    assert await active(alice) == {alice.pk}
    monkeypatch.setattr(presence, "GRACE", 0.0)
    leaving = await Chat(alice).open()
    await leaving.close()
    await asyncio.sleep(0.05)
    assert await active(bob) == {bob.pk}


@pytest.mark.skipif(bool(settings.REDIS_URL), reason="with Redis every process can tell")
async def test_a_process_without_sockets_and_without_redis_cannot_tell(alice: User) -> None:
    assert await active(alice) is None
