"""What goes for good with a message whose 30 days in the vault are over: composed here, because files lie above the vault."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from messaging.services import collecting
from messaging.services.attaching import purge_files
from messaging.services.retention import apply_retention
from messaging.services.vault import purge
from moderation.services.exhibits import needed


def purge_files_no_case_shows(message_ids: Sequence[int]) -> None:
    purge_files(message_ids, needed)


# Each is given the ids of deleted messages, may be given the same ones again, and removes what belongs to them.
PURGES: list[Callable[[Sequence[int]], None]] = [purge_files_no_case_shows]


def collect_files() -> None:
    collecting.collect_files(needed)


def purge_vault() -> None:
    purge(_purge_all)


def forget_old_messages() -> int:
    """Remove what is older than its room keeps; return how many messages that were."""
    return apply_retention(_purge_all)


def _purge_all(message_ids: Sequence[int]) -> None:
    for purge_theirs in PURGES:
        purge_theirs(message_ids)
