from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.core.storage.places import Place, local_place, s3_place
from tests.core.storage.strict_s3 import strict_s3


@pytest.fixture(scope="session")
def s3_url() -> Iterator[str]:
    with strict_s3() as url:
        yield url


@pytest.fixture(scope="session")
def local_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with local_place(tmp_path_factory.mktemp("store") / "files") as place:
        yield place


@pytest.fixture(scope="session")
def s3_server(s3_url: str) -> Iterator[Place]:
    with s3_place(s3_url) as place:
        yield place


@pytest.fixture
def local(local_server: Place) -> Place:
    return local_server.empty()


@pytest.fixture
def s3(s3_server: Place) -> Place:
    return s3_server.empty()


@pytest.fixture(params=["local", "s3"])
def place(request: pytest.FixtureRequest) -> Place:
    """Each store in turn: what is tested with it is the contract."""
    found: Place = request.getfixturevalue(request.param)
    return found
