"""Keeps analytics in a database of its own where `ANALYTICS_DATABASE_URL` names one, so that reports never slow the chat."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import Model

APP, ALIAS = "analytics", "analytics"


class AnalyticsRouter:
    """Sends the analytics app's models to the alias `analytics`, and nothing else. Ids cross over, foreign keys do not."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str | None:
        return self._home(model._meta.app_label)

    def db_for_write(self, model: type[Model], **hints: Any) -> str | None:
        return self._home(model._meta.app_label)

    def allow_relation(self, one: Model, other: Model, **hints: Any) -> bool | None:
        apps = {one._meta.app_label, other._meta.app_label}
        return False if ALIAS in settings.DATABASES and APP in apps and len(apps) > 1 else None

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        if ALIAS not in settings.DATABASES:
            return None
        return (db == ALIAS) == (app_label == APP)

    def _home(self, app_label: str) -> str | None:
        return ALIAS if app_label == APP and ALIAS in settings.DATABASES else None
