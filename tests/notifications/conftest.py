"""A site that is composed as a running one is, with a push service beside it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from accounts.models import User
from core.events import set_watchers
from notifications.services.surroundings import Surroundings, set_surroundings
from notifications.services.watching import WATCHERS
from tests.clients import Api
from tests.notifications.browser import Browser, PushService, push_service


class Around:
    """Who is active (nobody, unless a test says so) and who has blocked whom."""

    def __init__(self) -> None:
        self.active: set[int] | None = set()
        self.blocked: set[tuple[int, int]] = set()  # who, whom

    def active_among(self, user_ids: Collection[int]) -> set[int] | None:
        return None if self.active is None else self.active & set(user_ids)

    def blocking(self, author_id: int, user_ids: Collection[int]) -> set[int]:
        return {who for who, whom in self.blocked if whom == author_id and who in user_ids}


@pytest.fixture(autouse=True)
def around(transactional_db: None) -> Iterator[Around]:
    found = Around()
    before = set_surroundings(Surroundings(found.active_among, found.blocking))
    watchers = set_watchers(WATCHERS)
    yield found
    set_watchers(watchers)
    set_surroundings(before)


@pytest.fixture
def service(settings: Settings) -> Iterator[PushService]:
    with push_service() as running:
        settings.PUSH_ALLOWED_HOSTS = frozenset({running.url.removeprefix("http://")})
        yield running


@pytest.fixture
def subscribe(service: PushService) -> Callable[..., Browser]:
    """Return a function that lets a new browser of a person take pushes, through the public door."""

    def one(user: User, api: Api | None = None, **changes: Any) -> Browser:
        browser = service.browser()
        door = api or Api(user)
        added = door.post("/notifications/devices", browser.subscription())
        assert added.status_code == 201, added.content
        if changes:
            assert door.patch(f"/notifications/devices/{added.json()['id']}", changes).status_code == 200
        return browser

    return one
