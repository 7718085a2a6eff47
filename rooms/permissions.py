"""Who may do what in a room, and if not, why: one pure function for both doors, shipped to the client as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, NamedTuple

from accounts.models import Role
from core.clock import iso
from core.errors import Forbidden
from rooms.models import Closed, Kind, MemberRole, Posting

Capability = Literal[
    "post", "react", "edit_own", "delete_own", "delete_any", "mention_room", "invite", "remove_member", "change_roles",
    "change_settings", "archive", "leave", "type", "moderate", "pin",
]  # fmt: skip
Rank = Literal["member", "moderator", "owner"]
Reasons = dict[Capability, str | None]

RANKS: Final[tuple[Rank, ...]] = ("member", "moderator", "owner")
EVERYTHING: Final[tuple[Capability, ...]] = (
    "post", "react", "edit_own", "delete_own", "delete_any", "mention_room", "invite", "remove_member", "change_roles",
    "change_settings", "archive", "leave", "type", "moderate", "pin",
)  # fmt: skip
# What a muted person could still say something with.
NOT_WHILE_MUTED: Final[tuple[Capability, ...]] = (
    "post", "react", "edit_own", "mention_room", "invite", "change_settings", "type", "pin",
)  # fmt: skip
KEPT_IN_ARCHIVE: Final[tuple[Capability, ...]] = (
    "delete_any", "remove_member", "change_roles", "archive", "leave", "moderate",
)  # fmt: skip
NOT_WHILE_CLOSED: Final[tuple[Capability, ...]] = ("post", "react", "edit_own", "type", "pin")
CLOSED_BECAUSE: Final = {
    Closed.BLOCKING: "user.blocked",
    Closed.BLOCKED: "user.unavailable",
    Closed.GONE: "user.deleted",
}
NOT_IN_DIRECT: Final[tuple[Capability, ...]] = (
    "invite", "remove_member", "change_roles", "change_settings", "archive", "leave", "delete_any", "moderate",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rights:
    """What one person may do in one room: `reasons[capability]` is None or the code of why not.

    `access_rev` is the room's counter of rights when this was decided, `until` when a mute in it ends, `slow_seconds` how
    long this person waits between two messages, `direct` whether it is a direct room, `forgets` whether what was said there
    may be gone for good.
    """

    rank: Rank
    reasons: Mapping[Capability, str | None]
    access_rev: int
    until: datetime | None = None
    slow_seconds: int = 0
    direct: bool = False
    forgets: bool = False

    def may(self, capability: Capability) -> bool:
        return self.reasons[capability] is None

    def require(self, capability: Capability) -> None:
        """Raise `Forbidden` with the reason's code, and with `until` where waiting helps."""
        reason = self.reasons[capability]
        if reason is not None:
            until = self.until if reason in ("member.muted", "user.muted") else None
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
        ("delete_any", "mention_room", "remove_member", "change_settings", "moderate", "pin"), "room.not_moderator"
    )
    reasons.update({"change_roles": "room.not_owner", "archive": "room.not_owner"})
    if kind == Kind.PRIVATE:
        reasons["invite"] = "room.not_moderator"
    if posting == Posting.MODERATORS:
        reasons.update({"post": "room.read_only", "type": "room.read_only"})
    return reasons


class Mute(NamedTuple):
    """What silences somebody: the reason's code and when it ends."""

    code: str
    until: datetime


def mute_of(*, muted_until: datetime | None, site_muted_until: datetime | None, now: datetime) -> Mute | None:
    """Return the mute that holds now: on the whole site, else in the room."""
    for code, until in (("user.muted", site_muted_until), ("member.muted", muted_until)):
        if until is not None and until > now:
            return Mute(code, until)
    return None


def restrictions(*, mute: Mute | None, suspended: bool, closed: str = Closed.NO) -> Reasons:
    """Return what this person in particular may not do, whatever their rank."""
    if suspended:
        return dict.fromkeys(EVERYTHING, "user.suspended")
    if mute is not None:
        return dict.fromkeys(NOT_WHILE_MUTED, mute.code)
    return dict.fromkeys(NOT_WHILE_CLOSED, CLOSED_BECAUSE[Closed(closed)]) if closed else {}


def admitted(closed: str) -> str:
    """Return what a person is shown of why their direct room is closed: whoever was blocked learns it only by trying."""
    return Closed.NO if closed == Closed.BLOCKED else closed


def capabilities(
    *,
    kind: str,
    posting: str,
    archived: bool,
    access_rev: int,
    role: str,
    site_role: str,
    muted_until: datetime | None,
    site_muted_until: datetime | None,
    suspended: bool,
    now: datetime,
    closed: str = Closed.NO,
    slow_seconds: int = 0,
    forgets: bool = False,
) -> Rights:
    """Decide everything about one person in one room at the moment `now`."""
    rank = rank_of(role, site_role)
    reasons = room_capabilities(kind=kind, posting=posting, archived=archived)[rank]
    mute = mute_of(muted_until=muted_until, site_muted_until=site_muted_until, now=now)
    reasons.update(restrictions(mute=mute, suspended=suspended, closed=closed))
    slow = slow_seconds if rank == "member" else 0
    return Rights(
        rank, reasons, access_rev, mute.until if mute is not None else None, slow, kind == Kind.DIRECT, forgets
    )


def outranks(actor: Rank, other: Rank) -> bool:
    """Nobody acts on an equal or a higher one, except owners among themselves."""
    return actor == "owner" or RANKS.index(actor) > RANKS.index(other)


def is_above(actor: tuple[str, str], other: tuple[str, str]) -> bool:
    """Return whether one may moderate another: nobody acts on an equal or a higher one.

    Each is (role on the site, role in the room or "member"): the site's staff stand above everybody's role in a room.
    """
    return _standing(*actor) > _standing(*other)


def _standing(site_role: str, role: str) -> tuple[int, int]:
    site = (Role.USER, Role.MODERATOR, Role.ADMIN).index(Role(site_role))
    return site, (MemberRole.MEMBER, MemberRole.MODERATOR, MemberRole.OWNER).index(MemberRole(role))
