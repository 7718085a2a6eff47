"""The rule itself: every kind of room, every rank, every restriction. No database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Role, User
from core.errors import Forbidden
from rooms.models import Kind, MemberRole, Membership, Posting, Room
from rooms.permissions import EVERYTHING, RANKS, Rights, capabilities, is_above, outranks, rank_of
from rooms.serializers import membership_out, room_out

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
OFTEN = {"delete_any", "mention_room", "remove_member", "change_settings", "moderate", "pin"}
# What is refused to whom, written out: by kind, posting and rank.
MEMBER = dict.fromkeys(OFTEN, "room.not_moderator") | dict.fromkeys(("change_roles", "archive"), "room.not_owner")
MODERATOR = dict.fromkeys(("change_roles", "archive"), "room.not_owner")
QUIET = dict.fromkeys(("post", "type"), "room.read_only")
NO_INVITES = {"invite": "room.not_moderator"}
DIRECT = dict.fromkeys(
    ("invite", "remove_member", "change_roles", "change_settings", "archive", "leave", "delete_any", "moderate"),
    "room.is_direct",
)
REFUSED: dict[tuple[str, str, str], dict[str, str]] = {
    ("public", "everyone", "member"): MEMBER,
    ("public", "everyone", "moderator"): MODERATOR,
    ("public", "everyone", "owner"): {},
    ("public", "moderators", "member"): MEMBER | QUIET,
    ("public", "moderators", "moderator"): MODERATOR,
    ("public", "moderators", "owner"): {},
    ("private", "everyone", "member"): MEMBER | NO_INVITES,
    ("private", "everyone", "moderator"): MODERATOR,
    ("private", "everyone", "owner"): {},
    ("private", "moderators", "member"): MEMBER | NO_INVITES | QUIET,
    ("private", "moderators", "moderator"): MODERATOR,
    ("private", "moderators", "owner"): {},
    ("direct", "everyone", "member"): DIRECT,
    ("direct", "everyone", "moderator"): DIRECT,
    ("direct", "everyone", "owner"): DIRECT,
}
ARCHIVED = dict.fromkeys(
    ("post", "react", "edit_own", "delete_own", "mention_room", "invite", "change_settings", "type", "pin"),
    "room.archived",
)
SILENCED = ("post", "react", "edit_own", "mention_room", "invite", "change_settings", "type", "pin")
MUTED = dict.fromkeys(SILENCED, "member.muted")
MUTED_EVERYWHERE = dict.fromkeys(SILENCED, "user.muted")
SUSPENDED: dict[str, str] = dict.fromkeys(map(str, EVERYTHING), "user.suspended")

inputs = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(Kind.values),
        "posting": st.sampled_from(Posting.values),
        "archived": st.booleans(),
        "role": st.sampled_from(MemberRole.values),
        "site_role": st.sampled_from(Role.values),
    }
)
moments = st.none() | st.integers(-1_000_000, 1_000_000).map(lambda seconds: NOW + timedelta(seconds=seconds))


def decide(**facts: Any) -> Rights:
    usual: dict[str, Any] = {
        "archived": False,
        "role": "member",
        "site_role": "user",
        "muted_until": None,
        "site_muted_until": None,
        "suspended": False,
    }
    return capabilities(**usual | facts | {"access_rev": 0, "now": NOW})


@pytest.mark.parametrize("place", REFUSED, ids="-".join)
@pytest.mark.parametrize(("archived", "muted", "suspended"), list(product((False, True), repeat=3)))
def test_the_table(place: tuple[str, str, str], archived: bool, muted: bool, suspended: bool) -> None:
    kind, posting, rank = place
    expected: dict[str, str | None] = {**dict.fromkeys(EVERYTHING), **REFUSED[place]}
    expected |= ARCHIVED if archived else {}
    expected |= SUSPENDED if suspended else MUTED if muted else {}
    rights = decide(
        kind=kind,
        posting=posting,
        role=rank,
        archived=archived,
        muted_until=NOW + timedelta(milliseconds=1) if muted else None,
        suspended=suspended,
    )
    assert rights.reasons == expected
    assert rights.rank == rank


@pytest.mark.parametrize(
    ("role", "site_role", "rank"),
    [
        ("member", "user", "member"),
        ("moderator", "user", "moderator"),
        ("owner", "user", "owner"),
        ("member", "moderator", "moderator"),
        ("owner", "moderator", "owner"),
        ("member", "admin", "owner"),
        ("moderator", "admin", "owner"),
    ],
)
def test_the_sites_moderators_and_administrators_rank_in_rooms_too(role: str, site_role: str, rank: str) -> None:
    assert rank_of(role, site_role) == rank


def test_a_mute_ends_at_its_moment() -> None:
    place = {"kind": "public", "posting": "everyone"}
    assert not decide(**place, muted_until=NOW + timedelta(milliseconds=1)).may("post")
    assert decide(**place, muted_until=NOW).may("post")
    assert decide(**place, muted_until=NOW).until is None


def test_a_refusal_names_the_reason_and_when_a_mute_ends() -> None:
    with pytest.raises(Forbidden) as refusal:
        decide(kind="public", posting="everyone", muted_until=NOW + timedelta(hours=1)).require("post")
    assert refusal.value.code == "member.muted"
    assert refusal.value.data == {"until": "2026-11-24T11:00:00.000Z"}
    with pytest.raises(Forbidden) as refusal:
        decide(kind="public", posting="moderators").require("post")
    assert (refusal.value.code, refusal.value.data) == ("room.read_only", None)


def test_a_mute_on_the_site_comes_before_one_in_the_room() -> None:
    place = {"kind": "public", "posting": "everyone", "role": "owner"}
    later, sooner = NOW + timedelta(hours=2), NOW + timedelta(hours=1)
    for room, site in ((None, sooner), (later, sooner), (sooner, later)):
        rights = decide(**place, muted_until=room, site_muted_until=site)
        assert {name: reason for name, reason in rights.reasons.items() if reason} == MUTED_EVERYWHERE
        assert rights.until == site
    assert decide(**place, muted_until=later, site_muted_until=NOW).until == later


@given(inputs, moments, moments, st.booleans())
def test_a_restriction_only_takes_away(
    facts: dict[str, Any], muted_until: datetime | None, site_muted_until: datetime | None, suspended: bool
) -> None:
    free = decide(**facts)
    bound = decide(**facts, muted_until=muted_until, site_muted_until=site_muted_until, suspended=suspended)
    assert {name for name in EVERYTHING if bound.may(name)} <= {name for name in EVERYTHING if free.may(name)}


@given(inputs)
def test_a_higher_rank_may_all_a_lower_one_may(facts: dict[str, Any]) -> None:
    facts["site_role"] = "user"
    allowed = [
        {name for name in EVERYTHING if rights.may(name)} for rights in (decide(**facts | {"role": r}) for r in RANKS)
    ]
    assert allowed[0] <= allowed[1] <= allowed[2]


@given(inputs, moments, moments, st.booleans())
def test_what_the_client_puts_together_is_what_the_server_decides(
    facts: dict[str, Any], muted_until: datetime | None, site_muted_until: datetime | None, suspended: bool
) -> None:
    room = Room(kind=facts["kind"], posting=facts["posting"], archived_at=NOW if facts["archived"] else None)
    user = User(role=facts["site_role"], suspended_at=NOW if suspended else None, muted_until=site_muted_until)
    own = membership_out(Membership(role=facts["role"], muted_until=muted_until), user, NOW)
    rights = decide(**facts, muted_until=muted_until, site_muted_until=site_muted_until, suspended=suspended)
    assert room_out(room).capabilities[own.rank] | own.restrictions == rights.reasons
    assert own.rank == rights.rank


def test_nobody_acts_on_an_equal_except_owners() -> None:
    pairs = {(a, b) for a in RANKS for b in RANKS if outranks(a, b)}
    owner = {("owner", rank) for rank in RANKS}
    assert pairs == owner | {("moderator", "member")}


def test_nobody_moderates_an_equal_or_a_higher_one_and_staff_stand_above_rooms() -> None:
    order = [(site, role) for site in ("user", "moderator", "admin") for role in ("member", "moderator", "owner")]
    for place, one in enumerate(order):
        for other_place, other in enumerate(order):
            assert is_above(one, other) == (place > other_place)
