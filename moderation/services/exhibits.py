"""Files that a report shows: for whoever may see its case, and there until that is closed."""

from __future__ import annotations

from collections.abc import Collection

from accounts.models import User
from core.errors import NotFound
from messaging.services.serving import link_for_moderators, thumbnail_for_moderators
from moderation.models import Case, EvidenceFile, Outcome, Report
from moderation.services.cases import case_for, note_look
from moderation.services.snapshots import read_snapshot
from rooms.models import Kind


def keep_files(report: Report) -> None:
    """Remember the files a report shows, in its transaction."""
    seen = read_snapshot(report)
    if seen is None:
        return
    is_private = seen.room_kind != Kind.PUBLIC
    ids = [int(file.id) for one in (*seen.before, seen.message, *seen.after) for file in one.files]
    EvidenceFile.objects.bulk_create(
        EvidenceFile(case_id=report.case_id, report_id=report.pk, file_id=file_id, is_private=is_private)
        for file_id in ids
    )


def needed(file_ids: Collection[int]) -> set[int]:
    """Return those of the files that an open case shows."""
    shown = list(EvidenceFile.objects.filter(file_id__in=list(file_ids)).values_list("case_id", "file_id"))
    cases = {case_id for case_id, _ in shown}
    is_open = set(Case.objects.filter(pk__in=list(cases), outcome=Outcome.OPEN).values_list("pk", flat=True))
    return {file_id for case_id, file_id in shown if case_id in is_open}


def link_to_file(*, actor: User, case_id: int, file_id: int, thumbnail: bool = False) -> str:
    """Return a URL of the store that gives a file of the case for a minute; `NotFound` for who may not see the case.

    That somebody has looked at what was said where they are not is recorded.
    """
    case = case_for(actor=actor, case_id=case_id)
    shown = EvidenceFile.objects.filter(case_id=case_id, file_id=file_id).order_by("pk").first()
    if shown is None:
        raise NotFound()
    link = thumbnail_for_moderators if thumbnail else link_for_moderators
    url = link(file_id=file_id)
    if shown.is_private:
        note_look(actor=actor, case=case, files=[str(file_id)])
    return url
