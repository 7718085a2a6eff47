"""The fixtures of the days that are counted."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from tests.analytics.history import BERLIN, EDGES, FIRST, LAST, QUIET, make_past


@pytest.fixture
def berlin(settings: Settings) -> None:
    settings.SITE_TIME_ZONE = BERLIN


@pytest.fixture
def past(db: None, berlin: None) -> None:
    make_past(FIRST, LAST, edges=EDGES, quiet=QUIET)
