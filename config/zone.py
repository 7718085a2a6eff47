"""The zone that the site's days are counted in, from the environment."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ImproperlyConfigured

from config import env


def site_time_zone() -> str:
    """Return SITE_TIME_ZONE if it names a zone of this machine's database of zones: `Europe/Berlin`."""
    value = env.text("SITE_TIME_ZONE", "UTC")
    try:
        return ZoneInfo(value).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ImproperlyConfigured(
            f"SITE_TIME_ZONE={value!r} is not a time zone: use a name such as Europe/Berlin"
        ) from None
