"""What nobody needs any more goes: uploads nobody finished, files nobody sent, what was removed long ago."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from django.db.models import QuerySet

from core import clock
from core.storage.chosen import store
from messaging.models import Attachment
from messaging.services.attaching import Needed, none_needed, purge
from messaging.services.drawing import THUMBNAILS
from messaging.services.uploads import FILES_FOLDER, UPLOADS_FOLDER
from messaging.services.vault import KEPT_FOR

UNUSED_FOR = timedelta(hours=24)
BATCH = 200


def collect_files(needed: Needed = none_needed) -> None:
    """Purge what was never sent and what was removed longer ago than the vault keeps what was said, unless `needed`."""
    now = clock.now()
    _purge_all(Attachment.objects.filter(attached_at=None, created_at__lt=now - UNUSED_FOR), none_needed)
    _purge_all(Attachment.objects.filter(removed_at__lt=now - KEPT_FOR), needed)


def _purge_all(files: QuerySet[Attachment], needed: Needed) -> None:
    last = 0
    while found := list(files.filter(pk__gt=last).order_by("pk")[:BATCH]):
        spared = needed([file.pk for file in found])
        purge(file for file in found if file.pk not in spared)
        last = found[-1].pk


def collect_strays() -> None:
    """Delete from the store what no row names: unfinished uploads, and what a crash left between the two."""
    before = clock.now() - UNUSED_FOR
    for keys in _older(f"{UPLOADS_FOLDER}/", before):
        store().delete(keys)
    for folder, column in ((FILES_FOLDER, "key"), (THUMBNAILS, "thumbnail")):
        for keys in _older(f"{folder}/", before):
            known = set(Attachment.objects.filter(**{f"{column}__in": keys}).values_list(column, flat=True))
            store().delete([key for key in keys if key not in known])


def _older(prefix: str, before: datetime) -> Iterator[list[str]]:
    """Return the keys of the store that are older, a few at a time."""
    keys = (found.key for found in store().list(prefix) if found.modified < before)
    while batch := list(islice(keys, BATCH)):
        yield batch
