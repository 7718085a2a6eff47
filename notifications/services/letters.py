"""The letters this site writes: as plain text and as simple HTML, each with a way to get no more of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from accounts.models import User
from messaging.said import MOST_SAID, said, shortened
from messaging.store import Row
from notifications.services.unsubscribing import unsubscribe_token

MOST_SHOWN = 5  # messages of a room
MOST_SECTIONS = 20


class Section(NamedTuple):
    """What somebody missed in one room, oldest first, with the names of who wrote it."""

    room_id: int
    title: str
    rows: list[Row]
    names: Mapping[int, str]


def send_digest_letter(reader: User, sections: Sequence[Section], *, show_text: bool) -> None:
    """Send it. Raises `OSError` or `SMTPException` when it cannot be handed over."""
    count = sum(len(section.rows) for section in sections)
    content = {
        "reader": reader,
        "site_name": settings.SITE_NAME,
        "count": count,
        "sections": [_shown(section, show_text) for section in sections[:MOST_SECTIONS]],
        "more_rooms": max(0, len(sections) - MOST_SECTIONS),
        "site": settings.PUBLIC_URL,
        "unsubscribe": f"{settings.PUBLIC_URL}/unsubscribe/{unsubscribe_token(reader.pk)}",
    }
    messages = "1 message" if count == 1 else f"{count} messages"
    letter = EmailMultiAlternatives(
        subject=shortened(f"{messages} for you on {settings.SITE_NAME}", 120),
        body=render_to_string("email/digest.txt", content),
        to=[reader.email],
        headers={
            "List-Unsubscribe": f"<{content['unsubscribe']}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
    )
    letter.attach_alternative(render_to_string("email/digest.html", content), "text/html")
    letter.send()


def _shown(section: Section, show_text: bool) -> dict[str, Any]:
    first = section.rows[:MOST_SHOWN]
    lines = [
        {"author": section.names.get(row.author_id, "Somebody"), "text": said(row, MOST_SAID), "at": row.created_at}
        for row in first
    ]
    return {
        "title": section.title,
        "url": f"{settings.PUBLIC_URL}/rooms/{section.room_id}/{first[0].seq}",
        "count": len(section.rows),
        "lines": lines if show_text else [],
        "more": len(section.rows) - len(first) if show_text else 0,
    }
