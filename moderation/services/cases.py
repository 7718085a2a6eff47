"""The queue: one open case per person. Whoever takes one has it for a quarter of an hour."""

from __future__ import annotations

from datetime import timedelta

from django.db import IntegrityError
from django.db.models import F, Q, QuerySet

from accounts.models import Role, User
from core import clock
from core.audit import Action, record, record_private_read
from core.db import at_most_one, atomic, retried
from core.errors import Conflict, Forbidden, Invalid, NotFound
from moderation.models import Appeal, Case, Note, Outcome
from moderation.models.cases import rank

CLAIMED_FOR = timedelta(minutes=15)


def join_case(subject_id: int) -> Case:
    """Return the person's open case, made now if there is none; from here to the commit it cannot be closed.

    In the caller's transaction.
    """
    moment, key = clock.now(), str(subject_id)
    touched = {"changed_at": moment, "subject_rank": rank(User.objects.get(pk=subject_id).role)}
    if not Case.objects.filter(open_key=key).update(**touched):
        try:
            with atomic():
                Case.objects.create(subject_id=subject_id, open_key=key, opened_at=moment, **touched)
        except IntegrityError:  # somebody else has just opened it
            Case.objects.filter(open_key=key).update(**touched)
    return Case.objects.get(open_key=key)


def visible_cases(actor: User) -> QuerySet[Case]:
    """Return the cases the actor may see: those about people below them; administrators see all but their own."""
    if not actor.is_staff:
        return Case.objects.none()
    below = Case.objects.exclude(subject_id=actor.pk)
    return below if actor.role == Role.ADMIN else below.filter(subject_rank__lt=rank(actor.role))


def case_for(*, actor: User, case_id: int) -> Case:
    """Return a case; raise `NotFound` for who is not of the staff, or not above whom it is about."""
    case = at_most_one(Case.objects.filter(pk=case_id))
    if case is None or not _may_see(actor, case):
        raise NotFound()
    return case


def _may_see(actor: User, case: Case) -> bool:
    if not actor.is_staff or actor.pk == case.subject_id:
        return False
    subject = User.objects.get(pk=case.subject_id)
    return actor.role == Role.ADMIN or rank(actor.role) > rank(subject.role)


def note_look(*, actor: User, case: Case, **shown: list[str]) -> None:
    """Record that somebody looks at what a case shows of private rooms: ids of `messages`, of `files`."""
    record_private_read(actor_id=actor.pk, target="case", target_id=case.pk, subject_id=case.subject_id, change=shown)


@retried
def claim_case(*, actor: User, case_id: int) -> Case:
    """Take a case for 15 minutes, or keep it for another 15; raise `Conflict` while somebody else has it."""
    case_for(actor=actor, case_id=case_id)
    moment = clock.now()
    with atomic():
        free = Q(claimed_by__in=(0, actor.pk)) | Q(claimed_until__lte=moment)
        taken = Case.objects.filter(free, pk=case_id, outcome=Outcome.OPEN).update(
            claimed_by=actor.pk, claimed_until=moment + CLAIMED_FOR, changed_at=moment
        )
        case = Case.objects.get(pk=case_id)
        if not taken:
            raise Conflict("case.claimed") if case.outcome == Outcome.OPEN else Conflict("case.closed")
        _record(Action.CASE_CLAIMED, actor, case)
        return case


@retried
def release_case(*, actor: User, case_id: int) -> Case:
    """Give a case back; one that is not one's own stays as it is."""
    case_for(actor=actor, case_id=case_id)
    with atomic():
        given = Case.objects.filter(pk=case_id, claimed_by=actor.pk).update(
            claimed_by=0, claimed_until=None, changed_at=clock.now()
        )
        case = Case.objects.get(pk=case_id)
        if given:
            _record(Action.CASE_RELEASED, actor, case)
        return case


@retried
def close_case(*, actor: User, case_id: int, outcome: str, reason: str = "") -> Case:
    """Close a case one holds. What is reported of the person later opens another. Closing twice is fine."""
    case = case_for(actor=actor, case_id=case_id)
    if case.outcome != Outcome.OPEN:
        return case
    if case.subject_id and rank(actor.role) <= rank(User.objects.get(pk=case.subject_id).role):
        raise Forbidden("user.outranked")
    moment = clock.now()
    with atomic():
        held = Case.objects.filter(pk=case_id, outcome=Outcome.OPEN, claimed_by=actor.pk, claimed_until__gt=moment)
        closed = held.update(
            outcome=outcome, closed_at=moment, closed_by=actor.pk, open_key=f"closed:{case_id}", changed_at=moment
        )
        if not closed:
            raise Conflict("case.unclaimed")
        if Appeal.objects.filter(case_id=case_id, decided_at=None).exists():
            raise Conflict("case.appeal")
        case.refresh_from_db()
        _record(Action.CASE_CLOSED, actor, case, reason, {"outcome": outcome})
        return case


@retried
def add_note(*, actor: User, case_id: int, text: str) -> Note:
    """Tell the other moderators something about a case."""
    case_for(actor=actor, case_id=case_id)
    note = Note.objects.create(case_id=case_id, author_id=actor.pk, text=written(text))
    Case.objects.filter(pk=case_id).update(changed_at=clock.now())
    return note


def written(text: str) -> str:
    """Return the text without white space around it; raise `Invalid` (`text`) when nothing is left."""
    if not text.strip():
        raise Invalid(fields={"text": ["Write something."]})
    return text.strip()


def count_appeal(case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(appeals=F("appeals") + 1)


def _record(action: Action, actor: User, case: Case, reason: str = "", change: dict[str, str] | None = None) -> None:
    record(
        action,
        actor_id=actor.pk,
        target="case",
        target_id=case.pk,
        subject_id=case.subject_id,
        reason=reason,
        change=change,
    )
