from collections.abc import Callable
from functools import partial

import pytest

from accounts.models import User
from accounts.services.sessions import SignedIn, live_session, open_session
from accounts.services.sign_in import sign_in
from accounts.services.suspension import restore_user, suspend_user
from core.errors import AppError, Forbidden
from tests.accounts.browser import Browser, code
from tests.accounts.racing import at_once
from tests.clients import Api
from tests.conftest import Published
from tests.factories import PASSWORD, make_user


def test_it_ends_everything_at_once(alice: User, bob: User, published: Published) -> None:
    client, other = Api(alice), Api(bob)
    session_id = open_session(user=alice).session.pk
    suspend_user(user=alice)
    response = client.get("/me")
    assert (response.status_code, code(response)) == (403, "user.suspended")
    with pytest.raises(Forbidden):
        live_session(session_id)
    assert alice.suspended_at is not None
    assert other.get("/me").status_code == 200
    assert published.types == ["session.revoked"]
    assert session_id in published[0].ends


def test_twice_is_once(alice: User, published: Published) -> None:
    suspend_user(user=alice)
    since = alice.suspended_at
    suspend_user(user=alice)
    assert alice.suspended_at == since
    assert not published


def test_restored_people_sign_in_again_but_old_sign_ins_stay_ended(alice: User) -> None:
    client = Api(alice)
    suspend_user(user=alice)
    restore_user(user=alice)
    assert code(client.get("/me")) == "auth.invalid"
    assert Browser().sign_in("alice").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_sign_in_that_races_a_suspension_leaves_nothing_alive() -> None:
    for number in range(5):
        user = make_user(f"alice{number}")
        enter: Callable[[], object] = partial(sign_in, login=user.username, password=PASSWORD, ip="", device="")
        shut_out: Callable[[], object] = partial(suspend_user, user=user)
        results = at_once([shut_out, enter, enter, enter])
        for result in results:
            if isinstance(result, SignedIn):
                with pytest.raises(AppError):
                    live_session(result.session.pk)
        assert not user.auth_sessions.filter(revoked_at=None).exists()
