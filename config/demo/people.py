"""The demo's people, as accounts."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.hashers import make_password

from accounts.models import Role, Setup, User
from accounts.services.registration import new_person
from config.demo.cast import PEOPLE
from config.demo.script import WEEKS
from core import clock
from core.db import atomic
from core.ids import id_at


def make_people(password: str, *, with_roles: bool) -> dict[str, User]:
    """Store the people, by username. Without `with_roles` (a site that is already somebody's) none has power over it."""
    kept = make_password(password)  # one for all: twelve would take seconds
    people = {}
    for place, person in enumerate(PEOPLE):
        user = new_person(
            username=person.username,
            email=f"{person.username}@example.org",
            password=password,
            display_name=person.display_name,
            role=person.role if with_roles else Role.USER,
        )
        user.password, user.avatar_color, user.status_text = kept, person.color, person.status
        user.created_at = clock.now() - timedelta(weeks=WEEKS, days=len(PEOPLE) - place)
        user.pk = id_at(user.created_at)
        people[person.username] = user
    with atomic():
        if with_roles:
            Setup.objects.create(pk=1)
        for user in people.values():
            user.save(force_insert=True)
    return people


def present() -> bool:
    """Return whether the demo's people are here already."""
    return User.objects.filter(email_key__in=[f"{person.username}@example.org" for person in PEOPLE]).exists()
