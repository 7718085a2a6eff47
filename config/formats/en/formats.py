"""As Django's for English, but for this: every time says its zone, and is written as at the moderators' desk."""

from __future__ import annotations

DATETIME_FORMAT = SHORT_DATETIME_FORMAT = "j M Y, H:i e"
