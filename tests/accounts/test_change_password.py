from typing import Any

import pytest
from pytest_django import Settings

from accounts.models import User
from accounts.services import passwords
from accounts.services.sessions import live_session, open_session
from core.errors import Invalid, Unauthenticated
from core.limits import memory
from tests.accounts.browser import Browser, code
from tests.clients import Api
from tests.conftest import Published
from tests.factories import PASSWORD

NEW = "a much better phrase"


def _change(client: Api) -> Any:
    return client.post("/auth/password", {"current_password": PASSWORD, "new_password": NEW})


def test_it_changes_and_ends_the_other_sign_ins(alice: User, published: Published) -> None:
    others = [open_session(user=alice).session.pk for _ in range(2)]
    client = Api(alice)
    assert _change(client).status_code == 204
    assert client.get("/me").status_code == 200
    for session_id in others:
        with pytest.raises(Unauthenticated):
            live_session(session_id)
    assert [sorted(envelope.ends) for envelope in published] == [sorted(others)]
    assert Browser().sign_in("alice", NEW).status_code == 200
    assert Browser().sign_in("alice", PASSWORD).status_code == 401


def test_the_current_one_must_be_right(alice: User, published: Published) -> None:
    open_session(user=alice)
    response = Api(alice).post("/auth/password", {"current_password": "wrong", "new_password": NEW})
    assert (response.status_code, code(response)) == (400, "invalid")
    assert list(response.json()["error"]["fields"]) == ["current_password"]
    assert not published
    assert Browser().sign_in("alice").status_code == 200


@pytest.mark.parametrize("bad", ["short", "1234567890", "alice@example.org"])
def test_the_new_one_must_be_good(alice: User, bad: str) -> None:
    response = Api(alice).post("/auth/password", {"current_password": PASSWORD, "new_password": bad})
    assert response.status_code == 400
    assert response.json()["error"]["fields"]["new_password"]


def test_of_two_changes_with_the_same_old_password_one_wins(alice: User) -> None:
    session = open_session(user=alice).session
    stale = User.objects.get(pk=alice.pk)
    passwords.change_password(actor=alice, session=session, current_password=PASSWORD, new_password=NEW)
    with pytest.raises(Invalid):
        passwords.change_password(
            actor=stale, session=session, current_password=PASSWORD, new_password="yet another phrase"
        )
    assert User.objects.get(pk=alice.pk).check_password(NEW)


def test_five_tries_in_a_quarter_of_an_hour(alice: User, settings: Settings) -> None:
    settings.RATE_LIMITS = True
    memory.clear()
    client = Api(alice)
    wrong = {"current_password": "wrong", "new_password": NEW}
    codes = [code(client.post("/auth/password", wrong)) for _ in range(6)]
    assert codes == ["invalid"] * 5 + ["rate_limited"]
    memory.clear()


def test_a_reset_by_an_administrator_ends_everything(alice: User) -> None:
    session = open_session(user=alice).session
    passwords.reset_password(user=alice, new_password=NEW)
    with pytest.raises(Unauthenticated):
        live_session(session.pk)
    assert Browser().sign_in("alice", NEW).status_code == 200


def test_strangers_have_no_password(db: None) -> None:
    response = Api(None).post("/auth/password", {"current_password": PASSWORD, "new_password": NEW})
    assert (response.status_code, code(response)) == (401, "auth.required")
