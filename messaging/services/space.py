"""How much of the store one person may fill."""

from __future__ import annotations

from django.conf import settings
from django.db.models import QuerySet, Sum

from core.errors import Conflict
from messaging.models import Attachment, Purpose


def require_space(file: Attachment) -> None:
    """Raise `Conflict` (`files.full`) and forget the file if its owner has no space for it.

    Counted after it was noted: of two that ask at once, at most as many get through as there is space for. What was
    deleted counts no more, although the vault keeps it for a while; but with that, nobody holds twice as much.
    """
    kept = Attachment.objects.filter(owner_id=file.owner_id).exclude(purpose=Purpose.PREVIEW)
    if _bytes_of(kept.filter(removed_at=None)) > settings.MOST_STORED or _bytes_of(kept) > 2 * settings.MOST_STORED:
        file.delete()
        raise Conflict("files.full", data={"most": settings.MOST_STORED})


def _bytes_of(files: QuerySet[Attachment]) -> int:
    return files.aggregate(total=Sum("size"))["total"] or 0
