"""`manage.py seed_demo`: what it makes must be as true as what the services make."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F

from accounts.models import Role, User
from accounts.services.setup import setup_needed
from messaging.models import Mention, Message, Reaction
from messaging.services.history import changes_for, page_of
from messaging.services.sending import send_message
from rooms.models import Kind, Membership, Room
from rooms.services.rooms import open_direct_room
from tests.factories import make_user

PASSWORD = "look around freely"


@pytest.fixture
def demo(db: None) -> Iterator[str]:
    told = StringIO()
    call_command("seed_demo", messages=600, password=PASSWORD, stdout=told)
    yield told.getvalue()


def person(username: str) -> User:
    return User.objects.get(username=username)


def test_it_fills_an_empty_site(demo: str) -> None:
    assert PASSWORD in demo
    assert Message.objects.count() > 550
    assert Room.objects.exclude(kind=Kind.DIRECT).count() == 8
    assert person("ada").role == Role.ADMIN
    assert person("ada").check_password(PASSWORD)
    assert not setup_needed()
    assert Reaction.objects.exists()
    assert Mention.objects.exists()
    assert Message.objects.exclude(edited_at=None).exists()
    assert Message.objects.exclude(reply_to=0).exists()


def test_the_order_in_every_room_is_whole(demo: str) -> None:
    for room in Room.objects.all():
        messages = list(Message.objects.filter(room=room).order_by("seq"))
        assert len({message.rev for message in messages}) == len(messages)
        assert [message.created_at for message in messages] == sorted(message.created_at for message in messages)
        assert max([message.rev for message in messages], default=0) <= room.rev
        assert room.last_seq == max([message.seq for message in messages], default=0)
        assert room.member_count == Membership.objects.filter(room=room).count()
        assert not Membership.objects.filter(room=room, last_read_seq__gt=F("room__last_seq")).exists()


def test_it_goes_on_from_there(demo: str) -> None:
    ada, general = person("ada"), Room.objects.get(name="general")
    sent = send_message(
        actor=ada, room_id=general.pk, client_id="00000000-0000-4000-8000-000000000001", text="Hello @bruno"
    )
    assert sent.message.rev == general.rev + 1
    changes = changes_for(actor=ada, room_id=general.pk, epoch=general.epoch, after=general.rev)
    assert [message.id for message in changes.messages] == [sent.message.id]
    page = page_of(actor=ada, room_id=general.pk, before=None, after=None, around=None, limit=50)
    assert len(page.messages) == 50
    entry, made = open_direct_room(actor=ada, user_ids=[person("bruno").pk])
    assert not made
    assert entry.room.last_seq > 0


def test_a_second_time_changes_nothing(demo: str) -> None:
    before = Message.objects.count()
    with pytest.raises(CommandError, match="already"):
        call_command("seed_demo", force=True)
    assert Message.objects.count() == before


@pytest.mark.django_db
def test_a_site_in_use_is_left_alone_unless_asked_and_gives_nobody_power() -> None:
    make_user("owner")
    with pytest.raises(CommandError, match="--force"):
        call_command("seed_demo", messages=50)
    call_command("seed_demo", messages=50, force=True, stdout=StringIO())
    assert set(User.objects.values_list("role", flat=True)) == {Role.USER}
