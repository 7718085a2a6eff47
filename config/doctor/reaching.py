"""Whether people can be reached who are not here: by e-mail and by push services."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator

from django.conf import settings
from django.core.mail import get_connection

from config.doctor.finding import Finding, ok, problem, warning

WITHIN = 5  # seconds


def check() -> Iterator[Finding]:
    is_public = settings.PUBLIC_URL.startswith("https://")
    yield _mail() if is_public or settings.MAIL_IS_SENT else ok("letters are written to the log: this site is local")
    yield _push() if is_public else ok("push notifications reach browsers on this machine; others need https")


def _mail() -> Finding:
    if not settings.MAIL_IS_SENT:
        return warning(
            "no e-mail leaves this site: nobody gets a digest", "set EMAIL_URL=smtp+tls://user:password@host"
        )
    try:
        connection = get_connection(timeout=WITHIN)
        connection.open()
        connection.close()
    except (OSError, smtplib.SMTPException) as error:
        return problem(f"the mail server refuses: {error}", "see EMAIL_URL")
    if "localhost" in settings.DEFAULT_FROM_EMAIL:
        return warning(f"letters are from {settings.DEFAULT_FROM_EMAIL}", "set DEFAULT_FROM_EMAIL=chat@example.org")
    return ok(f"the mail server {settings.EMAIL_HOST} takes letters")


def _push() -> Finding:
    """Apple's service refuses a site whose subject leads nowhere."""
    if "localhost" in settings.VAPID_SUBJECT:
        return warning(
            "some push services refuse a site they cannot turn to", "set VAPID_SUBJECT=mailto:you@example.org"
        )
    return ok(f"push services are told to turn to {settings.VAPID_SUBJECT}")
