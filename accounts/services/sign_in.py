"""Signing in: the same answer, after about the same time, for a wrong password and for an account that is not there."""

from __future__ import annotations

from django.contrib.auth.hashers import check_password, make_password

from accounts.models import User
from accounts.names import email_key, username_key
from accounts.services.callers import network
from accounts.services.sessions import SignedIn, open_session, record_sign_in
from accounts.services.standing import require_standing
from core.audit import Action, record
from core.db import at_most_one, atomic, retried
from core.errors import Unauthenticated
from core.limits import Limit, refund, spend

PER_ACCOUNT = Limit("sign-in.account", times=5, seconds=900, guard=True)
PER_NETWORK = Limit("sign-in.network", times=20, seconds=900, guard=True)


def sign_in(*, login: str, password: str, ip: str, device: str) -> SignedIn:
    return open_session(user=check_credentials(login=login, password=password, ip=ip), ip=ip, device=device)


def check_credentials(*, login: str, password: str, ip: str) -> User:
    """Return whose username or e-mail address and password these are."""
    is_email = "@" in login
    key = email_key(login) if is_email else username_key(login.strip())
    spend(PER_NETWORK, network(ip))
    spend(PER_ACCOUNT, key)
    user = at_most_one(User.objects.filter(**{"email_key" if is_email else "username_key": key}))
    if user is None:
        make_password(password)  # takes as long as checking one
        raise Unauthenticated("auth.credentials")
    if not check_password(password, user.password):
        if user.is_staff:
            _record_refusal(user)
        raise Unauthenticated("auth.credentials")
    refund(PER_NETWORK, network(ip))  # wrong guesses count, not people who come to work
    refund(PER_ACCOUNT, key)
    require_standing(user)
    return user


@retried
def enter_admin(*, login: str, password: str, ip: str) -> User:
    """Check who wants to enter the Django admin, and record it. Those who may not are told by its form."""
    user = check_credentials(login=login, password=password, ip=ip)
    with atomic():
        if user.is_staff:
            record_sign_in(user, "admin")
    return user


@retried
def _record_refusal(user: User) -> None:
    """Somebody tries passwords on one of the staff. As rare as PER_ACCOUNT lets it be."""
    with atomic():
        record(Action.SIGN_IN_REFUSED, actor_id=0, target="person", target_id=user.pk, subject_id=user.pk)
