"""The people of the tests: alice owns rooms, bob is a member, mod moderates the site, carol is the outsider."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec
import pytest
from django.conf import settings
from django.db.models.signals import post_migrate

from accounts.models import Role, User
from accounts.services.blocks import remembered_blocks
from accounts.services.cards import cards
from accounts.services.remembered import remembered_sessions
from core.events import Envelope, set_transport
from core.ids import next_id
from core.jobs import set_hand_over
from core.kept import forget_all
from core.stamps import OwnStamps, stamps
from messaging.services.counting import remembered_counts
from messaging.services.recent import recent, recent_changes
from notifications.services.interest import interests
from rooms.models import Room
from rooms.services.access import remembered
from rooms.services.members import add_member
from rooms.services.rooms import create_room
from tests.clients import Api
from tests.engines import on_mongodb
from tests.factories import make_user
from tests.jobs import Jobs, at_once


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what this run was about, so that what it left out is not mistaken for what passed."""
    terminalreporter.write_line(f"database: {settings.DATABASES['default']['ENGINE'].rpartition('.')[2]}")
    if not on_mongodb():
        terminalreporter.write_line(
            "MongoDB: only what needs no server was checked here (indexes, pipelines, the recorded conversation)."
            " `make test` runs everything on one where CHATFLOW_TEST_MONGODB_URL or mongod on PATH gives it."
        )


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:
    """Leave out what takes longest when tables are emptied between two tests and what nobody here asks for."""
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")


@pytest.fixture
def alice(db: None) -> User:
    return make_user("alice")


@pytest.fixture
def bob(db: None) -> User:
    return make_user("bob")


@pytest.fixture
def carol(db: None) -> User:
    return make_user("carol")


@pytest.fixture
def mod(db: None) -> User:
    return make_user("mod", role=Role.MODERATOR)


@pytest.fixture
def admin(db: None) -> User:
    return make_user("root", role=Role.ADMIN)


@pytest.fixture
def api() -> Callable[[User | None], Api]:
    """Return a REST client for a person (or for nobody)."""
    return Api


class Published(list[Envelope]):
    """Every envelope that left, in order."""

    @property
    def events(self) -> list[dict[str, object]]:
        return [msgspec.json.decode(envelope.text) for envelope in self]

    @property
    def types(self) -> list[object]:
        return [event["type"] for event in self.events]


@pytest.fixture
def published(transactional_db: None) -> Iterator[Published]:
    caught = Published()
    before = set_transport(caught.append)
    yield caught
    set_transport(before)


@pytest.fixture
def general(alice: User, bob: User) -> Room:
    """Return a private room of alice's with bob in it. Carol is outside."""
    room = create_room(actor=alice, kind="private", name="General").room
    add_member(actor=alice, room_id=room.pk, user_id=bob.pk)
    room.refresh_from_db()
    return room


@pytest.fixture(autouse=True)
def jobs() -> Iterator[Jobs]:
    """Keep the background jobs of a test until it runs them."""
    before = set_hand_over(at_once)
    yield Jobs()
    set_hand_over(before)


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """Forget what a process remembers: the database of the test before is gone, and so is a clock that was set ahead."""
    next_id.start_again()
    remembered.clear()
    remembered_sessions.clear()
    remembered_blocks.clear()
    forget_all()
    recent.clear()
    cards.clear()
    remembered_counts.clear()
    interests.clear()
    recent_changes.clear()
    own = stamps()
    if isinstance(own, OwnStamps):
        own.clear()
