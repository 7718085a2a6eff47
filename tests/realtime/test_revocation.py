"""Access ends on open sockets at once: leaving, removal, sign-out, suspension, a new role, a mute."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from accounts.models import User
from accounts.services.sessions import end_all, end_session
from core import clock
from core.events import Envelope, set_transport
from messaging.services.sending import send_message
from realtime.arrivals import Arrived, all_signed_in
from realtime.lots import Lots
from realtime.running import Running
from realtime.shapes import Auth
from rooms.models import Membership, Room
from rooms.services.members import add_member, change_role, join_room, leave_room, remove_member
from rooms.services.rooms import create_room
from rooms.services.sanctions import mute_member, suspend_person
from tests.realtime.chat import off_loop
from tests.realtime.conftest import Connect

pytestmark = pytest.mark.asyncio
CLIENT_ID = "00000000-0000-4000-8000-00000000000{}"


async def test_a_removed_member_hears_nothing_more(connect: Connect, alice: User, bob: User, general: Room) -> None:
    a, b = await connect(alice), await connect(bob)
    await off_loop(remove_member, actor=alice, room_id=general.pk, user_id=bob.pk)
    assert (await b.hear("room.removed"))["reason"] == "removed"
    await a.say(general.pk, "now we are among ourselves")
    await a.ask("typing.start", room_id=str(general.pk))
    assert [event for event in await b.quiet() if event.get("room_id") == str(general.pk)] == []
    assert (await a.hear("member.removed"))["member"]["left"] is True
    assert (await b.ask("typing.start", room_id=str(general.pk)))["error"]["code"] == "not_found"


async def test_removal_comes_before_any_later_message_even_if_the_events_overtake_each_other(
    hub: Running, connect: Connect, alice: User, bob: User, general: Room
) -> None:
    """The message's envelope arrives first; it waits for the removal, whose `rev` is lower."""
    a, b = await connect(alice), await connect(bob)
    caught: list[Envelope] = []
    before = set_transport(caught.append)
    await off_loop(remove_member, actor=alice, room_id=general.pk, user_id=bob.pk)
    await off_loop(send_message, actor=alice, room_id=general.pk, client_id=CLIENT_ID.format(1), text="secret")
    set_transport(before)
    removed = next(envelope for envelope in caught if envelope.topic.startswith("room.") and envelope.detach)
    message = next(envelope for envelope in caught if "secret" in envelope.text)
    hub.hub.handle(message)
    hub.hub.handle(removed)
    await a.hear("message.created")
    assert not any("secret" in str(event) for event in await b.quiet())


async def test_removal_reaches_the_socket_when_its_event_is_lost(
    hub: Running, connect: Connect, alice: User, bob: User, general: Room
) -> None:
    a, b = await connect(alice), await connect(bob)
    before = set_transport(None)
    await off_loop(remove_member, actor=alice, room_id=general.pk, user_id=bob.pk)
    await off_loop(send_message, actor=alice, room_id=general.pk, client_id=CLIENT_ID.format(1), text="secret")
    set_transport(before)
    await hub.sweeper.sweep()
    changes = (await a.hear("room.changes"))["changes"]
    assert [member["left"] for member in changes["members"]] == [True]
    assert changes["messages"][0]["text"] == "secret"
    await b.hear("room.removed")
    assert not any("secret" in str(event) for event in await b.quiet())


async def test_an_invitation_reaches_the_socket_when_its_event_is_lost(
    hub: Running, connect: Connect, alice: User, carol: User, general: Room
) -> None:
    a, c = await connect(alice), await connect(carol)
    before = set_transport(None)
    await off_loop(add_member, actor=alice, room_id=general.pk, user_id=carol.pk)
    set_transport(before)
    await hub.sweeper.sweep()
    added = await c.hear("room.added")
    assert added["entry"]["room"]["id"] == str(general.pk)
    await a.hear("room.changes")
    await a.say(general.pk, "welcome")
    assert (await c.hear("message.created"))["message"]["text"] == "welcome"


async def test_who_is_invited_hears_the_room_from_then_on(
    connect: Connect, alice: User, carol: User, general: Room
) -> None:
    a, c = await connect(alice), await connect(carol)
    await off_loop(add_member, actor=alice, room_id=general.pk, user_id=carol.pk)
    added = await c.hear("room.added")
    sent = await a.say(general.pk, "welcome")
    heard = await c.hear("message.created")
    assert heard["rev"] == sent["rev"] == added["entry"]["room"]["rev"] + 1


async def test_who_leaves_and_joins_again_hears_it_again(connect: Connect, alice: User, carol: User) -> None:
    room = (await off_loop(create_room, actor=alice, kind="public", name="Open")).room
    a, c = await connect(alice), await connect(carol)
    await off_loop(join_room, actor=carol, room_id=room.pk)
    await c.hear("room.added")
    await off_loop(leave_room, actor=carol, room_id=room.pk)
    assert (await c.hear("room.removed"))["reason"] == "left"
    await a.say(room.pk, "unheard")
    await off_loop(join_room, actor=carol, room_id=room.pk)
    await c.hear("room.added")
    await a.say(room.pk, "heard")
    heard = [event["message"]["text"] for event in await c.quiet() if event["type"] == "message.created"]
    assert heard == ["heard"]


async def test_ending_a_session_closes_its_sockets_and_no_others(connect: Connect, alice: User) -> None:
    first, second = await connect(alice), await connect(alice)
    await off_loop(end_session, user_id=alice.pk, session_id=first.session_id)
    assert await first.closed() == 4401
    assert first.heard[-1]["type"] == "session.revoked"
    assert [event["type"] for event in await second.quiet()] == []


async def test_signing_out_everywhere_closes_every_socket(connect: Connect, alice: User) -> None:
    chats = [await connect(alice), await connect(alice)]
    await off_loop(end_all, user=alice)
    assert [await chat.closed() for chat in chats] == [4401, 4401]


async def test_a_lost_revocation_is_found_by_the_sweep(hub: Running, connect: Connect, alice: User) -> None:
    a = await connect(alice)
    before = set_transport(None)
    await off_loop(end_all, user=alice)
    set_transport(before)
    await hub.sweeper.sweep()
    assert await a.closed() == 4401


async def test_a_suspension_closes_the_socket_and_nothing_gets_in(
    connect: Connect, alice: User, bob: User, general: Room
) -> None:
    a, b = await connect(alice), await connect(bob)
    await a.say(general.pk, "before")
    await off_loop(suspend_person, user=alice)
    assert await a.closed() in (4401, 4403)
    await b.hear("message.created")
    assert [event for event in await b.quiet() if event["type"] == "message.created"] == []


async def test_a_mute_is_felt_and_shown_on_the_open_socket(
    connect: Connect, alice: User, bob: User, general: Room
) -> None:
    b = await connect(bob)
    await b.say(general.pk, "I may still speak")
    await off_loop(mute_member, room_id=general.pk, user_id=bob.pk, until=clock.now() + timedelta(minutes=10))
    shown = await b.hear("membership.updated")
    assert shown["membership"]["restrictions"]["post"] == "member.muted"
    refused = await b.ask("message.send", room_id=str(general.pk), client_id=CLIENT_ID.format(2), text="mmh")
    assert refused["error"]["code"] == "member.muted"
    assert refused["error"]["data"]["until"] == shown["membership"]["muted_until"]


async def test_a_new_role_is_shown_on_the_open_socket(connect: Connect, alice: User, bob: User, general: Room) -> None:
    a, b = await connect(alice), await connect(bob)
    await off_loop(change_role, actor=alice, room_id=general.pk, user_id=bob.pk, role="moderator")
    assert (await b.hear("membership.updated"))["membership"]["rank"] == "moderator"
    assert (await a.hear("member.updated"))["member"]["role"] == "moderator"
    await off_loop(change_role, actor=alice, room_id=general.pk, user_id=bob.pk, role="member")
    lost = await b.ask("message.delete", message_id=(await a.say(general.pk, "mine"))["id"])
    assert lost["error"]["code"] == "room.not_moderator"


async def test_a_socket_hears_rooms_only_while_its_membership_lasts(
    hub: Running, connect: Connect, alice: User, bob: User, general: Room
) -> None:
    await connect(bob)
    await off_loop(leave_room, actor=bob, room_id=general.pk)
    gone = await off_loop(Membership.objects.get, room_id=general.pk, user_id=bob.pk)
    assert gone.left_at is not None
    assert f"room.{general.pk}" not in hub.hub.topics


async def test_who_is_removed_while_connecting_hears_nothing(
    hub: Running, connect: Connect, alice: User, bob: User, general: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list of rooms was read before the removal, and its news came before the socket had joined them."""
    a = await connect(alice)

    def removed_meanwhile(lot: Sequence[Auth]) -> list[Arrived | Exception]:
        found = all_signed_in(lot)
        assert [each.room_ids for each in found if isinstance(each, Arrived)] == [[general.pk]]
        remove_member(actor=alice, room_id=general.pk, user_id=bob.pk)
        return found

    monkeypatch.setattr(hub.arrivals, "signed_in", Lots(hub.hub.db, hub.hub.spawn, removed_meanwhile))
    b = await connect(bob)
    assert b.ready["rooms"] == []
    await a.say(general.pk, "secret")
    assert not any("secret" in str(event) for event in await b.quiet())


async def test_the_sweep_tells_only_those_whose_ready_had_not_shown_it(
    hub: Running, connect: Connect, alice: User, bob: User, general: Room
) -> None:
    """Two tabs of one person: one open before the change whose news was lost, one since."""
    before, room_id = await connect(bob), str(general.pk)
    transport = set_transport(None)
    await off_loop(mute_member, room_id=general.pk, user_id=bob.pk, until=clock.now() + timedelta(minutes=10))
    set_transport(transport)
    after = await connect(bob)
    await hub.sweeper.sweep()
    assert (await before.hear("membership.updated", room_id=room_id))["membership"]["muted_until"]
    assert [event for event in await after.quiet() if event["type"] == "membership.updated"] == []
    assert after.ready["rooms"][0]["membership"]["muted_until"]
    await hub.sweeper.sweep()
    assert [event for event in await before.quiet() if event["type"] == "membership.updated"] == []
