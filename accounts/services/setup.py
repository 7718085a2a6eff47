"""The first administrator: the first visitor, or the one the environment names. Exactly one, however many try."""

from __future__ import annotations

from django.db import IntegrityError

from accounts.models import Role, Setup, User
from accounts.services.registration import clash, new_person
from core.audit import Action, record
from core.db import atomic, retried
from core.errors import Forbidden


def setup_needed() -> bool:
    return not Setup.objects.exists() and not User.objects.filter(role=Role.ADMIN).exists()


@retried
def set_up(*, username: str, email: str, password: str, display_name: str = "") -> User:
    """Make the first administrator. The fixed key of the `Setup` row lets one of several visitors through."""
    if not setup_needed():
        raise Forbidden("setup.done")
    person = new_person(username=username, email=email, password=password, display_name=display_name, role=Role.ADMIN)
    person.set_password(password)
    try:
        with atomic():
            Setup.objects.create(pk=1)
            person.save(force_insert=True)
            record(Action.SET_UP, actor_id=person.pk, target="person", target_id=person.pk, subject_id=person.pk)
    except IntegrityError:
        raise (clash(person) if setup_needed() else Forbidden("setup.done")) from None
    return person


def ensure_admin_from_environment(*, email: str, password: str, username: str = "admin") -> User | None:
    """Make the administrator of ADMIN_EMAIL and ADMIN_PASSWORD unless there is one; return who was made."""
    if not (email and password and setup_needed()):
        return None
    try:
        return set_up(username=username, email=email, password=password)
    except Forbidden:  # another process was quicker
        return None
