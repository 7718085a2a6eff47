"""The hub of a process: in the channel layer once per topic, however many sockets here listen to it.

Everything runs on the event loop; services hand envelopes in from their threads with `submit`. What is committed here is
delivered here at once; the layer only carries it to the other processes, and may fail: the sweep finds what was missed.
"""

from __future__ import annotations

import logging
import os
import secrets
import time
from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence

from django.conf import settings

from core import metrics
from core.events import Envelope, room_topic, set_transport, user_topic
from messaging.services.history import changes_since
from realtime import relay
from realtime.close import SESSION, TOO_MANY
from realtime.frames import Frame, joined
from realtime.healing import HEAL_AFTER, Healing, changes_frame
from realtime.sockets import Socket
from realtime.topics import Topic
from realtime.wide import deliver_wide
from realtime.work import Work

log = logging.getLogger(__name__)
MOST_SOCKETS = 10  # per person and process
MOST_JOINED = 64  # events in one frame


class Hub:
    """Who listens here and to what; delivers envelopes to them in order."""

    def __init__(self, link: relay.Relay | None) -> None:
        self.id = secrets.token_hex(8)
        self.topics: dict[str, Topic] = {}
        self.users: dict[int, dict[int, Socket]] = {}
        self.link = link
        self.work = Work()
        self.db, self.spawn = self.work.db, self.work.spawn
        self._arrived: deque[Envelope] = deque()
        self._called = False
        self.healing = Healing(self.db, self.spawn, self.detach, self._deliver)
        self._before = set_transport(self.submit)

    async def stop(self) -> None:
        set_transport(self._before)
        await self.work.end_tasks()
        if self.link is not None:
            await self.link.stop()
        self.work.end_threads()

    # --- Envelopes ---

    def submit(self, envelope: Envelope) -> None:
        """Take an envelope from any thread. It is delivered here and passed on to the other processes."""
        if settings.FAILPOINT == "die_before_publish" and "message.created" in envelope.text:
            os._exit(1)  # the fault tests look at what is seen of a change that nobody was told of
        self._arrived.append(envelope)
        if not self._called:
            self._called = True
            try:
                self.work.loop.call_soon_threadsafe(self._take_in)
            except (
                RuntimeError
            ):  # the loop has closed: the process is on its way out, the others' sweep finds the change
                log.debug("not delivered here: the server is stopping")

    def _take_in(self) -> None:
        self._called = False  # before looking: whoever comes now calls again
        envelopes = [self._arrived.popleft() for _ in range(len(self._arrived))]
        self.handle_all(envelopes)
        if self.link is not None:
            for envelope in envelopes:
                self.link.pass_on(envelope)

    def handle_all(self, envelopes: Sequence[Envelope]) -> None:
        """Deliver what came together: what follows one another in a room leaves as one frame."""
        ready: dict[Topic, list[Envelope]] = {}
        wide: list[Envelope] = []
        for envelope in envelopes:
            if envelope.rooms and envelope.droppable:  # presence, which has no place in any order
                wide.append(envelope)
            elif envelope.changes_audience or envelope.droppable:
                self._deliver_all(ready)
                self.handle(envelope)
            elif (topic := self.topics.get(envelope.topic)) is not None:
                ready.setdefault(topic, []).extend(topic.take(envelope))
        self._deliver_all(ready)
        deliver_wide(self.topics, wide)

    def _deliver_all(self, ready: dict[Topic, list[Envelope]]) -> None:
        for topic, envelopes in ready.items():
            self._deliver(topic, envelopes)
        ready.clear()

    def handle(self, envelope: Envelope) -> None:
        """Change who listens, then deliver in order."""
        for user_id, room_id in envelope.detach:
            self.detach(user_id, room_id)
        for user_id, room_id, rev in envelope.attach:
            self.attach(user_id, room_id, rev)
        if envelope.ends:
            self._end(envelope)
        elif envelope.rooms:
            deliver_wide(self.topics, [envelope])
        elif (topic := self.topics.get(envelope.topic)) is not None:
            self._deliver(topic, topic.take(envelope))

    def _deliver(self, topic: Topic, ready: Sequence[Envelope]) -> None:
        for start in range(0, len(ready), MOST_JOINED):
            together = ready[start : start + MOST_JOINED]
            frame = joined([Frame(envelope.text) for envelope in together])
            topic.deliver(frame, together[0].droppable, len(together))
        for envelope in ready:
            if envelope.rev and envelope.committed_at:  # clocks of two machines may differ a little
                metrics.delivery.observe(max(0.0, time.time() - envelope.committed_at))
        if topic.has_gap and topic.rev is not None:
            self.healing.begin(topic, 0 if topic.overflows else HEAL_AFTER)

    def _end(self, envelope: Envelope) -> None:
        ended = set(envelope.ends)
        topic = self.topics.get(envelope.topic)
        for socket in tuple(topic.sockets) if topic is not None else ():
            if socket.session.pk in ended:
                socket.deliver(Frame(envelope.text))
                socket.close(SESSION, "session ended")

    # --- Who listens ---

    def sockets_of(self, user_id: int) -> list[Socket]:
        return list(self.users.get(user_id, {}).values())

    def enter(self, socket: Socket) -> Topic:
        """Register a socket and let it hear its own topic; the oldest beyond ten have to go."""
        mine = self.users.setdefault(socket.user.pk, {})
        mine[socket.number] = socket
        for number in sorted(mine)[:-MOST_SOCKETS]:
            mine[number].close(TOO_MANY, "too many sockets")
        return self._join(socket, user_topic(socket.user.pk), 0)

    async def join_rooms(self, socket: Socket, room_ids: Iterable[int]) -> None:
        """Let the socket hear these rooms. Where it is the first, all is held back until `learn` tells the head."""
        await self.subscribe([self._join(socket, room_topic(room_id), room_id) for room_id in room_ids])

    async def subscribe(self, topics: Iterable[Topic]) -> None:
        """Hear these topics from the other processes too; what fails now is tried again by the sweep."""
        if self.link is not None:
            await self.link.subscribe([topic for topic in topics if not topic.subscribed])

    def learn(self, heads: Mapping[int, tuple[int, str]]) -> None:
        """Take {room: (rev, epoch)}, read after the joining, for the heads of rooms that nobody here heard before."""
        for room_id, (rev, epoch) in heads.items():
            topic = self.topics.get(room_topic(room_id))
            if topic is not None and topic.rev is None:
                topic.epoch = epoch
                self._deliver(topic, topic.advance(rev))

    def _join(self, socket: Socket, name: str, room_id: int) -> Topic:
        topic = self.topics.get(name)
        if topic is None:
            topic = self.topics[name] = Topic(name, room_id)
        topic.sockets.add(socket)
        if room_id:
            socket.rooms.add(room_id)
        return topic

    def attach(self, user_id: int, room_id: int, rev: int) -> None:
        """Let a person's open sockets hear a room that they know at `rev`."""
        for socket in self.sockets_of(user_id):
            if room_id in socket.rooms:
                continue
            topic = self._join(socket, room_topic(room_id), room_id)
            if topic.rev is None:
                topic.rev = rev
                self.spawn(self._subscribe_and_heal(topic))
            elif topic.rev > rev:  # others here have heard more already
                self.spawn(self._catch_up(socket, room_id, rev))

    async def _subscribe_and_heal(self, topic: Topic) -> None:
        await self.subscribe([topic])
        self.healing.begin(topic, 0)

    async def _catch_up(self, socket: Socket, room_id: int, rev: int) -> None:
        changes = await self.db(changes_since, room_id, rev)
        if room_id in socket.rooms:
            socket.deliver(changes_frame(changes))

    def detach(self, user_id: int, room_id: int) -> None:
        """Let a person's open sockets hear the room no more."""
        for socket in self.sockets_of(user_id):
            self._part(socket, room_topic(room_id), room_id)

    def keep(self, socket: Socket, room_ids: Collection[int]) -> None:
        """Leave what the socket joined by a list that a removal has overtaken: its news came before the joining."""
        for room_id in socket.rooms.difference(room_ids):
            self._part(socket, room_topic(room_id), room_id)

    def leave(self, socket: Socket) -> None:
        """The socket has closed."""
        socket.gone()
        mine = self.users.get(socket.user.pk, {})
        mine.pop(socket.number, None)
        if not mine:
            self.users.pop(socket.user.pk, None)
        for room_id in tuple(socket.rooms):
            self._part(socket, room_topic(room_id), room_id)
        self._part(socket, user_topic(socket.user.pk), 0)

    def _part(self, socket: Socket, name: str, room_id: int) -> None:
        socket.rooms.discard(room_id)
        topic = self.topics.get(name)
        if topic is None:
            return
        topic.sockets.discard(socket)
        if not topic.sockets:
            del self.topics[name]
            if self.link is not None and topic.subscribed:
                self.spawn(self.link.unsubscribe(topic))
