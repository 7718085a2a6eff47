from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from core.storage.chosen import store
from core.storage.local import LocalStore
from core.storage.options import LocalOptions
from core.storage.s3 import S3Store
from tests.core.storage.conftest import local, local_server, s3, s3_server, s3_url
from tests.core.storage.places import Place, close

__all__ = ["local", "local_server", "s3", "s3_server", "s3_url"]


@pytest.fixture
def shelf(request: pytest.FixtureRequest, settings: Any) -> Iterator[Place]:
    """Make a store the site's own, as browsers reach it; the local one, or each in turn by `on_both`."""
    place: Place = request.getfixturevalue(getattr(request, "param", "local"))
    kept = place.store
    settings.FILE_STORE = LocalOptions(kept.folder) if isinstance(kept, LocalStore) else kept._options  # type: ignore[attr-defined]
    store.cache_clear()
    yield place
    own = store()
    if isinstance(own, S3Store):
        close(own)
    store.cache_clear()
