"""Whatever fits or does not fit the OpenAPI document, every door answers it with a code, and never with a fault of ours."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from accounts.models import User
from accounts.services.sessions import open_session
from rooms.models import Room

EXAMPLES = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), database=None)
# It ends the sign-in that the others are made with.
LAST = ("/auth/sign-out", "/auth/password", "/auth/sessions")


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_no_request_is_our_fault(mode: GenerationMode, transactional_db: None, alice: User, general: Room) -> None:
    document = schemathesis.openapi.from_wsgi("/api/schema/?format=json", get_wsgi_application())
    for found in document.get_all_operations():
        operation: Any = found.ok()  # type: ignore[union-attr]
        if not any(part in operation.path for part in LAST):
            tried(operation, mode, open_session(user=alice).access)


def tried(operation: Any, mode: GenerationMode, access: str) -> None:
    """Make requests of one kind, as somebody who is signed in."""

    @EXAMPLES
    @given(operation.as_strategy(generation_mode=mode))
    def answered(case: Any) -> None:
        response = case.call(headers={"Authorization": f"Bearer {access}"})
        assert response.status_code < 500, (operation.label, response.text)
        if response.status_code >= 400:
            assert response.json()["error"]["code"]

    with suppress(Unsatisfiable):  # where nothing is asked for, nothing can be wrong
        answered()
