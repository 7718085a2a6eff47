"""Sessions, sign-ins of the admin and messages are there for pages; the API neither reads nor sets any of it."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from tests.clients import refusal
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db


def test_who_is_signed_in_to_the_admin_is_nobody_to_the_api(admin: User) -> None:
    browser = Client()
    assert browser.post("/admin/login/", {"username": admin.username, "password": PASSWORD}).status_code == 302
    assert browser.get("/admin/").status_code == 200
    answer = browser.get("/api/v1/me")
    assert refusal(answer) == (401, "auth.required")
    assert not answer.cookies
    assert "Cookie" not in answer.headers.get("Vary", "")
    assert browser.get("/admin/").status_code == 200


def test_the_documents_of_the_api_are_shown() -> None:
    assert Client().get("/api/docs/").status_code == 200
    assert Client().get("/api/schema/").status_code == 200
