"""Previews of the links in a message: looked at by a worker after it was sent, shown by a change of the message."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings

from core import clock
from core.db import at_most_one
from core.errors import AppError, RateLimited
from core.fetching import Refused, fetch
from core.images.sniffing import READERS, media_type, picture_in
from core.images.thumbnails import thumbnail
from core.jobs import OUTSIDE, job, later
from core.limits import Limit, spend
from core.open_graph import Page, read_page
from core.storage.chosen import store
from core.storage.names import new_key
from messaging import store as messages
from messaging.file_serializers import PreviewImageOut, PreviewOut, encoded, thumbnail_url
from messaging.links import links_in
from messaging.models import Attachment, LinksDue, Purpose, State
from messaging.services.drawing import SIDE, THUMBNAILS, TYPE
from messaging.services.own_changes import change_by_itself
from messaging.store import Row

PREVIEWS = Limit("preview", times=5, seconds=60)
MOST_PREVIEWS = 2
SECONDS = 10.0  # in which all that a message links to must have answered
PAGES = ("text/html", "application/xhtml+xml")
OVERDUE = timedelta(minutes=5)
GIVEN_UP_AFTER = timedelta(hours=6)  # whatever it is that ends each worker there
MOST_AT_ONCE = 200


def look_later(message_id: int) -> None:
    """Have the pages looked at that a message links to, in the transaction that writes it."""
    if not settings.LINK_PREVIEWS:
        return
    forget_links([message_id])
    LinksDue.objects.create(message_id=message_id)
    later(look_at_links, message_id)


def forget_links(message_ids: Sequence[int]) -> None:
    """Look at nothing of these messages any more."""
    LinksDue.objects.filter(message_id__in=list(message_ids)).delete()


@job(queue_name=OUTSIDE)
def look_at_links(message_id: int) -> None:
    """Look at the pages a message links to, and show what they say of themselves. A link without an answer stays a link."""
    due = at_most_one(LinksDue.objects.filter(message_id=message_id))
    if due is None:
        return
    row = messages.one(message_id)
    if row is not None and row.deleted_at is None and not row.previews and settings.LINK_PREVIEWS:
        _look(row)
    LinksDue.objects.filter(pk=due.pk).delete()  # that of an edit meanwhile is another one


def look_overdue() -> None:
    """Do again what a worker that was killed has left undone."""
    now = clock.now()
    LinksDue.objects.filter(due_at__lt=now - GIVEN_UP_AFTER).delete()
    due = LinksDue.objects.filter(due_at__lt=now - OVERDUE).order_by("due_at")
    for message_id in due.values_list("message_id", flat=True)[:MOST_AT_ONCE]:
        later(look_at_links, message_id)


def _look(row: Row) -> None:
    links, give_up = links_in(row.text)[:MOST_PREVIEWS], time.monotonic() + SECONDS
    found = [preview for link in links if (preview := _preview(row, link, give_up)) is not None]
    if found:
        change_by_itself(row.id, lambda now: _shown(now, row.text_rev, found))


def _shown(now: Row, text_rev: int, found: Sequence[PreviewOut]) -> Mapping[str, Any]:
    """Return the previews as a column, unless the text has changed since or somebody was quicker."""
    return {"previews": encoded(found)} if now.text_rev == text_rev and not now.previews else {}


def _preview(row: Row, link: str, give_up: float) -> PreviewOut | None:
    try:
        spend(PREVIEWS, row.author_id)
        answer = fetch(link, PAGES, give_up - time.monotonic())
    except (Refused, RateLimited):
        return None
    page = read_page(answer.body, answer.charset, answer.url)
    if page is None:
        return None
    return PreviewOut(
        url=link,
        title=page.title,
        description=page.description,
        site_name=page.site_name,
        image=_image(row, page, give_up),
    )


def _image(row: Row, page: Page, give_up: float) -> PreviewImageOut | None:
    """Return the page's picture, drawn anew and kept here: who reads the message never calls the other site."""
    try:
        left = give_up - time.monotonic()
        body = fetch(page.image, tuple(READERS), left).body if page.image else b""
        kind = media_type(body)
        picture = picture_in(body, kind).picture if kind in READERS else None
        drawn = thumbnail(body, side=SIDE) if picture is not None else None
        if picture is None or drawn is None:
            return None
        return _kept(row, picture.width, picture.height, drawn)
    except (Refused, AppError):  # the other site, or the store
        return None


def _kept(row: Row, width: int, height: int, drawn: bytes) -> PreviewImageOut:
    key = new_key(THUMBNAILS)
    store().write(key, [drawn], TYPE)
    file = Attachment.objects.create(
        owner_id=row.author_id,
        purpose=Purpose.PREVIEW,
        state=State.READY,
        key=key,
        thumbnail=key,
        name="preview.webp",
        media_type=TYPE,
        size=len(drawn),
        width=width,
        height=height,
        room_id=row.room_id,
        message_id=row.id,
        attached_at=clock.now(),
    )
    return PreviewImageOut(id=str(file.pk), url=thumbnail_url(file.pk), width=width, height=height)
