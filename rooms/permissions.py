"""Who may do what in a room, and if not, why: one pure function for both doors, shipped to the client as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from accounts.models import Role
from core.clock import iso
from core.errors import Forbidden
from rooms.models import Kind, MemberRole, Posting

Capability = Literal[
    "post", "react", "edit_own", "delete_own", "delete_any", "mention_room", "invite", "remove_member", "change_roles",
    "change_settings", "archive", "leave", "type",
]  # fmt: skip
Rank = Literal["member", "moderator", "owner"]
Reasons = dict[Capability, str | None]

RANKS: Final[tuple[Rank, ...]] = ("member", "moderator", "owner")
EVERYTHING: Final[tuple[Capability, ...]] = (
    "post", "react", "edit_own", "delete_own", "delete_any", "mention_room", "invite", "remove_member", "change_roles",
    "change_settings", "archive", "leave", "type",
)  # fmt: skip
NOT_WHILE_MUTED: Final[tuple[Capability, ...]] = ("post", "react", "edit_own", "mention_room", "invite", "type")
KEPT_IN_ARCHIVE: Final[tuple[Capability, ...]] = ("delete_any", "remove_member", "change_roles", "archive", "leave")
NOT_IN_DIRECT: Final[tuple[Capability, ...]] = (
    "invite", "remove_member", "change_roles", "change_settings", "archive", "leave", "delete_any",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rights:
    """What one person may do in one room: `reasons[capability]` is None or the code of why not.

    `access_rev` is the room's counter of rights when this was decided, `until` when a mute in it ends.
    """

    rank: Rank
    reasons: Mapping[Capability, str | None]
    access_rev: int
    until: datetime | None = None

    def may(self, capability: Capability) -> bool:
        return self.reasons[capability] is None

    def require(self, capability: Capability) -> None:
        """Raise `Forbidden` with the reason's code, and with `until` where waiting helps."""
        reason = self.reasons[capability]
        if reason is not None:
            until = self.until if reason == "member.muted" else None
            raise Forbidden(reason, data={"until": iso(until)} if until else None)


def rank_of(role: str, site_role: str) -> Rank:
    """Return the rank in a room: site moderators count as its moderators, administrators as its owners."""
    standing = {Role.ADMIN: 2, Role.MODERATOR: 1}.get(Role(site_role), 0)
    return RANKS[max(standing, (MemberRole.MEMBER, MemberRole.MODERATOR, MemberRole.OWNER).index(MemberRole(role)))]


def room_capabilities(*, kind: str, posting: str, archived: bool) -> dict[Rank, Reasons]:
    """Return what each rank may do in such a room. The same for everybody, so it travels with the room."""
    return {rank: _of_rank(rank, kind, posting, archived) for rank in RANKS}


def _of_rank(rank: Rank, kind: str, posting: str, archived: bool) -> Reasons:
    reasons: Reasons = dict.fromkeys(EVERYTHING)
    if kind == Kind.DIRECT:
        reasons.update(dict.fromkeys(NOT_IN_DIRECT, "room.is_direct"))
    elif rank == "member":
        reasons.update(_of_member(kind, posting))
    elif rank == "moderator":
        reasons.update({"change_roles": "room.not_owner", "archive": "room.not_owner"})
    if archived:
        closed = [name for name in EVERYTHING if name not in KEPT_IN_ARCHIVE]
        reasons.update(dict.fromkeys(closed, "room.archived"))
    return reasons


def _of_member(kind: str, posting: str) -> Reasons:
    reasons: Reasons = dict.fromkeys(
        ("delete_any", "mention_room", "remove_member", "change_settings"), "room.not_moderator"
    )
    reasons.update({"change_roles": "room.not_owner", "archive": "room.not_owner"})
    if kind == Kind.PRIVATE:
        reasons["invite"] = "room.not_moderator"
    if posting == Posting.MODERATORS:
        reasons.update({"post": "room.read_only", "type": "room.read_only"})
    return reasons


def restrictions(*, muted_until: datetime | None, suspended_at: datetime | None, now: datetime) -> Reasons:
    """Return what this person in particular may not do, whatever their rank."""
    if suspended_at is not None:
        return dict.fromkeys(EVERYTHING, "user.suspended")
    if muted_until is not None and muted_until > now:
        return dict.fromkeys(NOT_WHILE_MUTED, "member.muted")
    return {}


def capabilities(
    *,
    kind: str,
    posting: str,
    archived: bool,
    access_rev: int,
    role: str,
    site_role: str,
    muted_until: datetime | None,
    suspended_at: datetime | None,
    now: datetime,
) -> Rights:
    """Decide everything about one person in one room at the moment `now`."""
    rank = rank_of(role, site_role)
    reasons = room_capabilities(kind=kind, posting=posting, archived=archived)[rank]
    reasons.update(restrictions(muted_until=muted_until, suspended_at=suspended_at, now=now))
    muted = muted_until is not None and muted_until > now
    return Rights(rank, reasons, access_rev, muted_until if muted else None)


def outranks(actor: Rank, other: Rank) -> bool:
    """Nobody acts on an equal or a higher one, except owners among themselves."""
    return actor == "owner" or RANKS.index(actor) > RANKS.index(other)
