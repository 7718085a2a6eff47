import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import AuthSession, Role, User
from accounts.services.sessions import end_all, live_session, open_session
from accounts.services.suspension import suspend_user
from core.errors import Unauthenticated
from core.limits import memory
from tests.accounts.browser import Browser
from tests.conftest import Published
from tests.factories import PASSWORD

NEW = "a much better phrase"


def _signed_in(username: str, password: str = PASSWORD) -> Client:
    client = Client()
    client.post("/admin/login/?next=/admin/", {"username": username, "password": password})
    return client


def _page(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("login", ["root", "ROOT", "root@example.org"])
def test_administrators_sign_in_as_everywhere(admin: User, login: str) -> None:
    _page(_signed_in(login), "/admin/")


def test_moderators_enter_but_see_no_accounts(mod: User) -> None:
    client = _signed_in("mod")
    _page(client, "/admin/")
    assert client.get("/admin/accounts/user/").status_code == 403


def test_others_and_the_suspended_do_not_enter(alice: User, mod: User) -> None:
    inside = _signed_in("mod")
    suspend_user(user=mod)
    for client in (inside, _signed_in("mod"), _signed_in("alice"), Client()):
        assert client.get("/admin/").status_code == 302


def test_signing_out_everywhere_ends_the_admin_too(mod: User) -> None:
    inside = _signed_in("mod")
    end_all(user=mod)
    assert inside.get("/admin/").status_code == 302
    _page(_signed_in("mod"), "/admin/")


def test_guesses_are_limited_there_too(admin: User, settings: Settings) -> None:
    settings.RATE_LIMITS = True
    memory.clear()
    for _ in range(5):
        _signed_in("root", "wrong password")
    assert _signed_in("root").get("/admin/").status_code == 302
    memory.clear()


def test_people_are_shown_and_found_without_their_hashes(admin: User, alice: User) -> None:
    client = _signed_in("root")
    assert "alice@example.org" in _page(client, "/admin/accounts/user/?q=ali")
    page = _page(client, f"/admin/accounts/user/{alice.pk}/change/")
    assert "alice" in page
    assert alice.password not in page
    assert client.get("/admin/accounts/user/add/").status_code == 403
    assert client.post(f"/admin/accounts/user/{alice.pk}/delete/", {"post": "yes"}).status_code == 403


def test_a_role_is_given_and_told(admin: User, alice: User, published: Published) -> None:
    client = _signed_in("root")
    client.post(f"/admin/accounts/user/{alice.pk}/change/", {"role": "moderator", "username": "hacked"})
    alice.refresh_from_db()
    assert (alice.role, alice.username) == (Role.MODERATOR, "alice")
    assert published.types == ["user.updated"]


def test_nobody_changes_their_own_role(admin: User) -> None:
    _signed_in("root").post(f"/admin/accounts/user/{admin.pk}/change/", {"role": "user"})
    admin.refresh_from_db()
    assert admin.role == Role.ADMIN


def test_a_new_password_ends_the_sign_ins(admin: User, alice: User) -> None:
    session = open_session(user=alice).session
    path = f"/admin/accounts/user/{alice.pk}/password/"
    client = _signed_in("root")
    assert client.post(path, {"password1": "", "password2": "", "usable_password": "true"}).status_code == 200
    assert live_session(session.pk)
    assert client.post(path, {"password1": NEW, "password2": NEW, "usable_password": "true"}).status_code == 302
    with pytest.raises(Unauthenticated):
        live_session(session.pk)
    assert User.objects.get(pk=alice.pk).check_password(NEW)


def test_a_password_can_be_taken_away(admin: User, alice: User) -> None:
    session = open_session(user=alice).session
    path = f"/admin/accounts/user/{alice.pk}/password/"
    _signed_in("root").post(path, {"usable_password": "false", "unset-password": "1"})
    assert not User.objects.get(pk=alice.pk).has_usable_password()
    assert Browser().sign_in("alice").status_code == 401
    with pytest.raises(Unauthenticated):
        live_session(session.pk)


def test_sign_ins_are_listed_without_hashes_and_can_be_ended(admin: User, alice: User) -> None:
    session = open_session(user=alice, device="Phone").session
    client = _signed_in("root")
    assert "Phone" in _page(client, "/admin/accounts/authsession/?q=Phone")
    assert session.refresh_hash not in _page(client, f"/admin/accounts/authsession/{session.pk}/change/")
    client.post("/admin/accounts/authsession/", {"action": "end", "_selected_action": [session.pk]})
    assert AuthSession.objects.get(pk=session.pk).revoked_at is not None
