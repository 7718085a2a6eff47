"""Whom somebody has blocked. Only they know; what follows from it for rooms is above this app."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Collection

from accounts.events import blocks_updated
from accounts.models import Block, User
from core.db import on_commit
from core.errors import Conflict, Invalid, NotFound
from core.events import publish, user_topic
from core.limits import Limit, spend
from core.stamps import Away, Stamp, stamps

CHANGES = Limit("block", times=60, seconds=3600)
MOST_BLOCKED = 1_000
MOST_KEPT = 20_000


def add_block(*, actor: User, user_id: int) -> bool:
    """Block somebody, in the caller's transaction; return whether that is new.

    Raises `NotFound` for nobody, and `IntegrityError` when the same wish from another tab was quicker.
    """
    spend(CHANGES, actor.pk)
    if user_id == actor.pk:
        raise Invalid(message="You cannot block yourself.")
    if not User.objects.filter(pk=user_id).exists():
        raise NotFound()
    mine = Block.objects.filter(blocker=actor)
    if mine.filter(blocked_id=user_id).exists():
        return False
    if mine.count() >= MOST_BLOCKED:
        raise Conflict("limit.reached")
    Block.objects.create(blocker=actor, blocked_id=user_id)
    _tell(actor.pk)
    return True


def remove_block(*, actor: User, user_id: int) -> bool:
    """Take a block back, in the caller's transaction; return whether there was one."""
    removed, _ = Block.objects.filter(blocker=actor, blocked_id=user_id).delete()
    if removed:
        _tell(actor.pk)
    return bool(removed)


def _tell(user_id: int) -> None:
    on_commit(lambda: stamps().bump(_stamp_of(user_id)))
    publish(user_topic(user_id), blocks_updated(read_blocked(user_id)))


def blocking(author_id: int, user_ids: Collection[int]) -> set[int]:
    """Return which of these people have blocked the author."""
    found = Block.objects.filter(blocked_id=author_id, blocker_id__in=list(user_ids))
    return set(found.values_list("blocker_id", flat=True))


def read_blocked(user_id: int) -> list[int]:
    """Return whom the person has blocked, the latest first."""
    return list(Block.objects.filter(blocker_id=user_id).order_by("-pk").values_list("blocked_id", flat=True))


def blocked_by_each(user_ids: Collection[int]) -> dict[int, list[int]]:
    """Return whom each of these people has blocked."""
    found: dict[int, list[int]] = {user_id: [] for user_id in user_ids}
    mine = Block.objects.filter(blocker_id__in=list(user_ids)).order_by("-pk")
    for blocker_id, blocked_id in mine.values_list("blocker_id", "blocked_id"):
        found[blocker_id].append(blocked_id)
    return found


class RememberedBlocks:
    """Whom people have blocked, as this process has read it. A block that was acknowledged is never overlooked."""

    def __init__(self) -> None:
        self._kept: OrderedDict[int, tuple[frozenset[int], Stamp]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, user_id: int) -> frozenset[int]:
        return self.of_all([user_id])[user_id]

    def of_all(self, user_ids: Collection[int]) -> dict[int, frozenset[int]]:
        """As `of` for several people, with one query for all that is not remembered."""
        ids = list(user_ids)
        try:
            stamped = dict(zip(ids, stamps().read(*map(_stamp_of, ids)), strict=True)) if ids else {}
        except Away:
            return {user_id: frozenset(blocked) for user_id, blocked in blocked_by_each(ids).items()}
        with self._lock:
            kept = {user_id: self._kept[user_id] for user_id in ids if user_id in self._kept}
        found = {user_id: blocked for user_id, (blocked, stamp) in kept.items() if stamp == stamped[user_id]}
        missing = [user_id for user_id in ids if user_id not in found]
        for user_id, blocked in (blocked_by_each(missing) if missing else {}).items():
            found[user_id] = frozenset(blocked)
            self._keep(user_id, (found[user_id], stamped[user_id]))
        return found

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()

    def _keep(self, user_id: int, kept: tuple[frozenset[int], Stamp]) -> None:
        with self._lock:
            self._kept[user_id] = kept
            self._kept.move_to_end(user_id)
            if len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)


remembered_blocks = RememberedBlocks()


def _stamp_of(user_id: int) -> str:
    return f"blocks:{user_id}"
