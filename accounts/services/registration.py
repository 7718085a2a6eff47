"""How people come to have an account."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import IntegrityError

from accounts.models import Pausable, Role, User
from accounts.names import clean_display_name, clean_email, clean_username
from accounts.services.callers import network
from accounts.services.closing import is_former
from accounts.services.passwords import require_good_password
from accounts.services.pauses import require_running
from core.db import atomic, retried
from core.errors import AppError, Conflict, Forbidden
from core.limits import Limit, spend

REGISTRATIONS = Limit("register", times=20, seconds=3600)


def register(*, username: str, email: str, password: str, display_name: str = "", ip: str) -> User:
    """Make an account for whoever asks, if this site is open to them."""
    if not settings.REGISTRATION_OPEN:
        raise Forbidden("registration.closed")
    require_running(Pausable.SIGN_UPS, "registration.paused")
    person = new_person(username=username, email=email, password=password, display_name=display_name)
    spend(REGISTRATIONS, network(ip))
    return enroll(person=person, password=password)


def new_person(*, username: str, email: str, password: str, display_name: str = "", role: str = Role.USER) -> User:
    """Return an account whose names and password keep to the rules. It is not saved and has no password yet."""
    person = User(display_name=clean_display_name(display_name or username), role=role)
    person.take_username(clean_username(username))
    person.take_email(clean_email(email))
    require_good_password(password, person, field="password")
    return person


@retried
def enroll(*, person: User, password: str) -> User:
    person.set_password(password)  # a quarter of a second: not inside the transaction
    with unique_names(person):
        person.save(force_insert=True)
    return person


@contextmanager
def unique_names(person: User) -> Iterator[None]:
    """Open a transaction that saves `person`. The database says whether the names are free, so that no race is lost."""
    try:
        with atomic():
            yield
            if is_former(person.username_key):
                raise _taken()
    except IntegrityError:
        raise clash(person) from None


def clash(person: User) -> AppError:
    """Return why the database refused `person`."""
    others = User.objects.exclude(pk=person.pk)
    if others.filter(username_key=person.username_key).exists():
        return _taken()
    return Conflict("email.taken", fields={"email": ["This e-mail address is in use."]})


def _taken() -> Conflict:
    return Conflict("username.taken", fields={"username": ["This name is taken, or too close to one that is."]})
