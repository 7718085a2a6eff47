"""A copy of one's own data: made by a job, kept for seven days, fetched by a link that ends soon."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from typing import IO

from django.conf import settings
from django.db import IntegrityError

from accounts.models import User
from core import clock, wire
from core.audit import Action, record
from core.db import at_most_one, atomic, retried
from core.errors import Conflict, NotFound
from core.events import publish, user_topic
from core.jobs import job, later
from core.limits import Limit, spend
from core.storage.chosen import store
from core.storage.names import new_key, safe_filename
from privacy.events import export_updated
from privacy.models import Export
from privacy.serializers import ExportOut, export_out
from privacy.services.parts import Part, all_parts

EXPORTS = Limit("export", times=2, seconds=86_400)
KEPT_FOR = timedelta(days=7)
LINK_FOR = timedelta(minutes=10)
GIVEN_UP_AFTER = timedelta(hours=6)  # a job that is not done by then never will be
CHUNK = 256 * 1024
ABOUT = """This is what {site} keeps about you.

Each .jsonl file holds one JSON object on each line; files/ holds what you uploaded. Times are UTC.
"""


@retried
def ask_export(*, actor: User) -> ExportOut:
    """Begin to copy the actor's data. One at a time: raises `Conflict` (`export.running`)."""
    spend(EXPORTS, actor.pk)
    before = at_most_one(Export.objects.filter(user_id=actor.pk))
    if before is not None and before.ready_at is None and before.asked_at > clock.now() - GIVEN_UP_AFTER:
        raise Conflict("export.running")
    fresh = {"asked_at": clock.now(), "steps": len(all_parts()) + 1, "done": 0, "ready_at": None}
    fresh |= {"key": "", "size": 0, "expires_at": None}
    try:
        with atomic():
            export = _begun(before, actor.pk, fresh)
            record(Action.DATA_EXPORTED, actor_id=actor.pk, target="person", target_id=actor.pk, subject_id=actor.pk)
    except IntegrityError:  # another tab was quicker
        raise Conflict("export.running") from None
    if before is not None and before.key:
        store().delete([before.key])
    later(make_export, actor.pk, clock.iso(export.asked_at))
    return export_out(export)


def _begun(before: Export | None, user_id: int, fresh: dict[str, object]) -> Export:
    if before is None:
        return Export.objects.create(user_id=user_id, **fresh)
    if not Export.objects.filter(pk=before.pk, asked_at=before.asked_at).update(**fresh):
        raise Conflict("export.running")
    return Export.objects.get(pk=before.pk)


def own_export(*, actor: User) -> ExportOut:
    """Return how far it is; with a link to it when it is ready."""
    export = at_most_one(Export.objects.filter(user_id=actor.pk))
    if export is None or (export.expires_at is not None and export.expires_at <= clock.now()):
        return export_out(None)
    if export.ready_at is None:
        return export_out(export)
    name = f"chatflow-{actor.username}-{export.ready_at:%Y-%m-%d}.zip"
    link = store().signed_download(
        export.key, filename=safe_filename(name), content_type="application/zip", expires=LINK_FOR
    )
    return export_out(export, link)


@job()
def make_export(user_id: int, asked_at: str) -> None:
    """Make what was asked for at that moment; what was asked for again, or is there, is left alone."""
    export = at_most_one(Export.objects.filter(user_id=user_id, ready_at=None))
    if export is None or clock.iso(export.asked_at) != asked_at:
        return
    key = new_key("exports")
    with tempfile.TemporaryFile() as file:
        write_archive(user_id, file, export)
        size = file.tell()
        file.seek(0)
        store().write(key, _chunks(file), "application/zip")
    moment = clock.now()
    mine = Export.objects.filter(pk=export.pk, asked_at=export.asked_at, ready_at=None)
    if not mine.update(key=key, size=size, done=export.steps, ready_at=moment, expires_at=moment + KEPT_FOR):
        store().delete([key])
        return
    _tell(user_id)


def write_archive(user_id: int, file: IO[bytes], export: Export | None = None) -> None:
    """Write everything that is kept about the person as a ZIP file."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", ABOUT.format(site=settings.SITE_NAME))
        for place, part in enumerate(all_parts(), start=1):
            _write_part(archive, part, user_id)
            if export is not None:
                Export.objects.filter(pk=export.pk, asked_at=export.asked_at).update(done=place)
                _tell(user_id)


def _write_part(archive: zipfile.ZipFile, part: Part, user_id: int) -> None:
    with archive.open(f"{part.name}.jsonl", "w", force_zip64=True) as lines:
        for row in part.rows(user_id):
            lines.write(wire.encode(row) + b"\n")
    for place, kept in enumerate(part.files(user_id), start=1):
        _write_file(archive, f"files/{place:06d}-{safe_filename(kept.name)}", kept.key)


def _write_file(archive: zipfile.ZipFile, name: str, key: str) -> None:
    try:
        chunks = store().open(key)
        first = next(iter(chunks), b"")
    except NotFound:  # removed meanwhile
        return
    with archive.open(name, "w", force_zip64=True) as target:
        target.write(first)
        for chunk in chunks:
            target.write(chunk)


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk


def _tell(user_id: int) -> None:
    publish(user_topic(user_id), export_updated(export_out(at_most_one(Export.objects.filter(user_id=user_id)))))


def collect_exports() -> None:
    """Remove what has run out, and go on with what a killed process left."""
    for export in Export.objects.filter(expires_at__lte=clock.now()).order_by("pk")[:500]:
        store().delete([export.key])
        Export.objects.filter(pk=export.pk, asked_at=export.asked_at).delete()
    for export in Export.objects.filter(ready_at=None, asked_at__gte=clock.now() - GIVEN_UP_AFTER):
        later(make_export, export.user_id, clock.iso(export.asked_at))


def forget_export(user_id: int, with_messages: bool) -> None:
    for export in Export.objects.filter(user_id=user_id):
        if export.key:
            store().delete([export.key])
        Export.objects.filter(pk=export.pk).delete()
