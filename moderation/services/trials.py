"""How a rule would have done on the last 30 days, before it is switched on. A job, in slices, that can be interrupted."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Sequence
from datetime import timedelta
from functools import partial

import msgspec
from django.db.models import F

from accounts.models import Role, User
from core import clock, wire
from core.audit import Action, record, record_private_read
from core.db import at_most_one, atomic, retried
from core.errors import NotFound
from core.ids import first_id_at, next_id
from core.jobs import job, later
from messaging.contents import Has
from messaging.mentions import named_in
from messaging.models import Message
from moderation.models import Rule, Trial
from moderation.rules.subject import Subject
from moderation.services.rulebook import Active, matcher_of
from moderation.services.rules import rule_for
from rooms.models import Kind, MemberRole, Membership, Room

LOOK_BACK = timedelta(days=30)
SLICE = 1_000  # messages
MOST_SECONDS = 20.0  # of one job; what is left goes into the next
MOST_SAMPLES = 50
MOST_COUNTED = 50_000


class Counts:
    """What `core.limits` would have counted, by the messages' own times. Forgotten when a job ends and the next begins."""

    def __init__(self) -> None:
        self._due: OrderedDict[tuple[int, str], float] = OrderedDict()

    def exceeds(self, author_id: int, at: float, what: str, times: int, seconds: float) -> bool:
        interval = seconds / times
        due = max(self._due.get((author_id, what), at), at)
        if due - at > interval * (times - 1) + 1e-9:
            return True
        self._due[author_id, what] = due + interval
        self._due.move_to_end((author_id, what))
        if len(self._due) > MOST_COUNTED:
            self._due.popitem(last=False)
        return False


@retried
def start_trial(*, actor: User, rule_id: int) -> Trial:
    """Begin to look how the rule would have done, anew; a job does the looking."""
    rule = rule_for(actor=actor, rule_id=rule_id)
    now = clock.now()
    first = first_id_at(now - LOOK_BACK)
    fresh = {"after": first, "reached": first, "up_to": next_id(), "parameters": rule.parameters}
    fresh |= {"looked_at": 0, "matched": 0, "by_moderators": 0, "samples": "[]", "started_at": now, "finished_at": None}
    with atomic():
        trial, _ = Trial.objects.update_or_create(rule_id=rule_id, defaults=fresh)
        record(Action.RULE_TRIED, actor_id=actor.pk, target="rule", target_id=rule_id, reason=rule.name)
    later(run_trial, rule_id)
    return trial


def is_tried(rule_id: int, parameters: str) -> bool:
    """Return whether a trial of the rule with these parameters has been finished."""
    trial = at_most_one(Trial.objects.filter(rule_id=rule_id, finished_at__isnull=False))
    return trial is not None and trial.parameters == parameters


def trial_of(*, actor: User, rule_id: int) -> Trial:
    rule_for(actor=actor, rule_id=rule_id)
    trial = at_most_one(Trial.objects.filter(rule_id=rule_id))
    if trial is None:
        raise NotFound()
    return trial


def samples_of(*, actor: User, rule_id: int) -> list[Message]:
    """Return the first messages that matched. They may be from private rooms: that somebody looked is recorded."""
    ids = msgspec.json.decode(trial_of(actor=actor, rule_id=rule_id).samples, type=list[int])
    found = Message.objects.in_bulk(ids)
    if found:
        record_private_read(actor_id=actor.pk, target="rule", target_id=rule_id)
    return [found[message_id] for message_id in ids if message_id in found]


@job()
def run_trial(rule_id: int) -> None:
    """Go on with a trial; what does not fit into this job goes into another."""
    rule = at_most_one(Rule.objects.filter(pk=rule_id))
    counts, deadline = Counts(), time.monotonic() + MOST_SECONDS
    while rule is not None and time.monotonic() < deadline:
        trial = at_most_one(Trial.objects.filter(rule_id=rule_id, finished_at=None))
        if trial is None or not _look(Active(rule, matcher_of(rule)), trial, counts):
            return
    if rule is not None:
        later(run_trial, rule_id)


def resume_trials() -> None:
    """Go on with what a killed process left behind; one that is under way loses nothing by it."""
    recent = Trial.objects.filter(finished_at=None, started_at__gte=clock.now() - timedelta(days=1))
    for rule_id in recent.values_list("rule_id", flat=True):
        later(run_trial, rule_id)


def _look(active: Active, trial: Trial, counts: Counts) -> bool:
    """Look at the next messages by primary key; return whether there may be more. Of two who do the same one counts."""
    page = list(Message.objects.filter(pk__gt=trial.reached, pk__lte=trial.up_to).order_by("pk")[:SLICE])
    matching, by_moderators = _matching(active, page, counts)
    samples = [*msgspec.json.decode(trial.samples, type=list[int]), *matching][:MOST_SAMPLES]
    is_last = len(page) < SLICE
    moved = Trial.objects.filter(pk=trial.pk, reached=trial.reached, started_at=trial.started_at, finished_at=None)
    return bool(
        moved.update(
            reached=page[-1].pk if page else trial.up_to,
            looked_at=F("looked_at") + len(page),
            matched=F("matched") + len(matching),
            by_moderators=F("by_moderators") + by_moderators,
            samples=wire.encode_text(samples),
            finished_at=clock.now() if is_last else None,
        )
        and not is_last
    )


def _matching(active: Active, page: Sequence[Message], counts: Counts) -> tuple[list[int], int]:
    """Return the ids of those the rule would have caught, and how many of them moderators wrote."""
    rooms = Room.objects.in_bulk({message.room_id for message in page})
    authors = User.objects.in_bulk({message.author_id for message in page})
    ranks = _ranks(rooms, authors)
    found, by_moderators = [], 0
    for message in page:
        author = authors[message.author_id]
        rank = ranks.get((message.room_id, author.pk), "member" if author.role == Role.USER else "moderator")
        direct = rooms[message.room_id].kind == Kind.DIRECT
        if message.deleted_at or not active.concerns(message.room_id, rank=rank, role=author.role, direct=direct):
            continue
        if active.match(_subject(message, author, counts)):
            found.append(message.pk)
            by_moderators += rank != "member"
    return found, by_moderators


def _ranks(rooms: dict[int, Room], authors: dict[int, User]) -> dict[tuple[int, int], str]:
    leading = Membership.objects.filter(room_id__in=list(rooms), user_id__in=list(authors)).exclude(
        role=MemberRole.MEMBER
    )
    return {(room_id, user_id): role for room_id, user_id, role in leading.values_list("room_id", "user_id", "role")}


def _subject(message: Message, author: User, counts: Counts) -> Subject:
    named = named_in(message.text)
    return Subject(
        text=message.text,
        mentions=len(named.keys),
        names_room=named.room,
        has_files=bool(message.has & Has.FILE),
        age=message.created_at - author.created_at,
        exceeds=partial(counts.exceeds, author.pk, message.created_at.timestamp()),
    )
