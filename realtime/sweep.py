"""What the events missed: every two seconds the database is asked what has changed for the sockets that are open here.

With Redis away, or a process killed between commit and publish, this is how everybody still sees it within seconds.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from accounts.models import AuthSession, User
from core import clock, metrics
from core.stamps import stamps
from core.wire import encode_text
from messaging.services.recent import recent, recent_changes
from realtime.close import AWAY, SESSION, SUSPENDED
from realtime.frames import Frame
from realtime.healing import heads
from realtime.hub import Hub
from realtime.news import Changed, News, changed_memberships, news_of
from realtime.sockets import Socket
from rooms.events import room_removed

log = logging.getLogger(__name__)
EVERY = 2.0  # seconds
OVERLAP = timedelta(seconds=30)  # clocks of two servers may differ, and a commit may come after its timestamp
SILENCE = 60.0  # seconds without a command, the heartbeat included
CHUNK = 400  # rooms per query


@dataclass(slots=True)
class Sweeper:
    """Compares what this process has delivered with the database, again and again."""

    hub: Hub
    seen: dict[tuple[int, datetime], float] = field(default_factory=dict)

    async def run(self) -> None:
        while True:
            due = time.monotonic() + EVERY
            await asyncio.sleep(EVERY)
            metrics.loop_lag.set(time.monotonic() - due)
            try:
                with metrics.sweep_time.time():
                    await self.sweep()
                metrics.sweep_ended.set_to_current_time()
            except Exception:  # the database may be away: say so and look again
                log.exception("sweep failed")

    async def sweep(self) -> None:
        await self._heads()
        await self._remembered()
        await self._memberships()
        await self._sessions()
        self._silent()
        sockets = [socket for mine in self.hub.users.values() for socket in mine.values()]
        metrics.sockets_open.set(len(sockets))
        metrics.outbox_depth.set(max((socket.depth for socket in sockets), default=0))

    async def _heads(self) -> None:
        topics = {topic.room_id: topic for topic in self.hub.topics.values() if topic.room_id}
        await self.hub.subscribe(list(self.hub.topics.values()))
        ids = list(topics)
        for start in range(0, len(ids), CHUNK):
            for room_id, (rev, epoch) in (await self.hub.db(heads, ids[start : start + CHUNK])).items():
                topic = topics[room_id]
                if topic.rev is not None and (rev > topic.rev or (topic.epoch and epoch != topic.epoch)):
                    self.hub.healing.begin(topic, 0.2)  # the events themselves may be on their way
                topic.epoch = topic.epoch or epoch

    async def _remembered(self) -> None:
        """Tell what this process still owes, and find what others owe of the rooms it remembers pages of."""
        await self.hub.db(stamps().raise_to, {})
        ids = list((recent.rooms() | recent_changes.rooms()) - {topic.room_id for topic in self.hub.topics.values()})
        for start in range(0, len(ids), CHUNK):
            await self.hub.db(heads, ids[start : start + CHUNK])

    async def _memberships(self) -> None:
        """Give and take access that changed elsewhere without the news of it."""
        if not self.hub.users:
            return
        people, seen = set(self.hub.users), set(self.seen)
        changes = await self.hub.db(changed_memberships, clock.now() - OVERLAP, people, seen)
        self.seen |= dict.fromkeys(((change.pk, change.changed_at) for change in changes), time.monotonic())
        for start in range(0, len(changes), CHUNK):
            await self._follow(changes[start : start + CHUNK])
        horizon = time.monotonic() - 2 * OVERLAP.total_seconds()
        self.seen = {key: moment for key, moment in self.seen.items() if moment > horizon}

    async def _follow(self, changes: Sequence[Changed]) -> None:
        """Take access at once; give it, and tell what it is now, when it has been read: for all with the same queries."""
        due = []
        for change in changes:
            heard = self._hearing(change)
            if change.left_at is not None and heard:
                self.hub.detach(change.user_id, change.room_id)
                self._tell(change.user_id, Frame(encode_text(room_removed(change.room_id, "removed"))))
            elif change.left_at is None and (not heard or not all(change.is_known_to(socket) for socket in heard)):
                due.append(change.pk)
        if due:
            for news in await self.hub.db(news_of, due):
                self._give(news)

    def _give(self, news: News) -> None:
        change = news.change
        if heard := self._hearing(change):
            for socket in heard:
                if not change.is_known_to(socket):
                    socket.deliver(news.updated)
        else:
            self.hub.attach(change.user_id, change.room_id, news.rev)
            self._tell(change.user_id, news.added)

    def _hearing(self, change: Changed) -> list[Socket]:
        return [socket for socket in self.hub.sockets_of(change.user_id) if change.room_id in socket.rooms]

    def _tell(self, user_id: int, frame: Frame) -> None:
        for socket in self.hub.sockets_of(user_id):
            socket.deliver(frame)

    async def _sessions(self) -> None:
        """Close sockets whose sign-in has ended or whose person was suspended."""
        sockets = [socket for mine in self.hub.users.values() for socket in mine.values()]
        if not sockets:
            return
        since = clock.now() - OVERLAP
        ended, suspended = await self.hub.db(ended_since, since)
        for socket in sockets:
            if socket.user.pk in suspended:
                socket.close(SUSPENDED, "suspended")
            elif socket.session.pk in ended or socket.session.expires_at <= clock.now():
                socket.close(SESSION, "session ended")

    def _silent(self) -> None:
        horizon = time.monotonic() - SILENCE
        for mine in list(self.hub.users.values()):
            for socket in list(mine.values()):
                if socket.heard_at < horizon:
                    socket.close(AWAY, "silent")


def ended_since(since: datetime) -> tuple[set[int], set[int]]:
    """Return the sessions that were revoked and the people who were suspended since."""
    sessions = AuthSession.objects.filter(revoked_at__gte=since).values_list("pk", flat=True)
    people = User.objects.filter(suspended_at__gte=since).values_list("pk", flat=True)
    return set(sessions), set(people)
