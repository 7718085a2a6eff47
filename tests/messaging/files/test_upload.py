"""Ask, send straight to the store, complete: what arrives is what was announced, and is known by its own bytes."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from accounts.models import User
from core import clock
from core.storage.contract import SignedUpload
from messaging.models import Attachment
from messaging.services import uploads
from messaging.services.changing import delete_message
from rooms.models import Room
from rooms.services.members import remove_member
from rooms.services.sanctions import mute_member
from tests.clients import Api, refusal, wrong_fields
from tests.core.storage.places import Place
from tests.limits import limited
from tests.messaging.files.browser import ask, complete, on_both, png, send_parts, sent, upload

pytestmark = pytest.mark.django_db(transaction=True)


@on_both
def test_a_file_is_asked_for_sent_and_completed(shelf: Place, bob: User, general: Room) -> None:
    data = png(40, 30)
    asked = ask(bob, general, data).json()
    assert [(part["offset"], part["size"], part["done"]) for part in asked["parts"]] == [(0, len(data), False)]
    assert [answer.status_code for answer in send_parts(shelf, asked, data)] == [200]
    file = complete(bob, asked["id"]).json()
    url = f"/files/{asked['id']}"
    assert file == {
        "id": asked["id"], "name": "a.png", "type": "image/png", "size": len(data), "width": 40, "height": 30,
        "moves": False, "url": url, "thumbnail": None,
    }  # fmt: skip
    row = Attachment.objects.get(pk=asked["id"])
    assert b"".join(shelf.store.open(row.key)) == data
    assert [found.key for found in shelf.store.list("uploads/")] == []


@on_both
def test_a_large_file_goes_in_parts_and_on_where_it_stopped(
    shelf: Place, bob: User, general: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "PART", 1000)
    data = os.urandom(2500)
    asked = ask(bob, general, data, "big.bin").json()
    assert [part["size"] for part in asked["parts"]] == [1000, 1000, 500]
    send_parts(shelf, {"parts": asked["parts"][:1]}, data)
    assert refusal(complete(bob, asked["id"])) == (409, "upload.incomplete")
    resumed = Api(bob).get(f"/uploads/{asked['id']}").json()
    assert [part["done"] for part in resumed["parts"]] == [True, False, False]
    send_parts(shelf, resumed, data)
    file = complete(bob, asked["id"]).json()
    assert (file["size"], file["type"]) == (2500, "application/octet-stream")
    assert b"".join(shelf.store.open(Attachment.objects.get(pk=asked["id"]).key)) == data
    assert list(shelf.store.list("uploads/")) == []


def test_completing_twice_and_what_is_too_late(shelf: Place, bob: User, general: Room) -> None:
    data = png()
    asked = ask(bob, general, data).json()
    send_parts(shelf, asked, data)
    first = complete(bob, asked["id"]).json()
    send_parts(shelf, asked, data[::-1])  # the leave is still good, and changes nothing
    assert complete(bob, asked["id"]).json() == first
    assert refusal(Api(bob).get(f"/uploads/{asked['id']}")) == (409, "upload.complete")
    assert b"".join(shelf.store.open(Attachment.objects.get(pk=asked["id"]).key)) == data


def test_a_crash_between_the_store_and_the_database_is_made_good(
    shelf: Place, bob: User, general: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = png()
    asked = ask(bob, general, data).json()
    send_parts(shelf, asked, data)
    with monkeypatch.context() as patched:
        patched.setattr(uploads, "_described", lambda file: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            uploads.complete_upload(actor=bob, file_id=int(asked["id"]))
    assert complete(bob, asked["id"]).json()["type"] == "image/png"


def test_after_a_cancel_nothing_is_left(shelf: Place, bob: User, general: Room) -> None:
    data = png()
    asked = ask(bob, general, data).json()
    send_parts(shelf, asked, data)
    assert Api(bob).delete(f"/uploads/{asked['id']}").status_code == 204
    assert refusal(Api(bob).delete(f"/uploads/{asked['id']}")) == (404, "not_found")
    file = upload(shelf, bob, general, data)
    assert Api(bob).delete(f"/uploads/{file['id']}").status_code == 204
    assert not Attachment.objects.exists()
    assert list(shelf.store.list()) == []


def test_others_uploads_do_not_exist(shelf: Place, alice: User, bob: User, carol: User, general: Room) -> None:
    data = png()
    asked = ask(bob, general, data).json()
    send_parts(shelf, asked, data)
    for person in (alice, carol):
        assert refusal(Api(person).get(f"/uploads/{asked['id']}")) == (404, "not_found")
        assert refusal(complete(person, asked["id"])) == (404, "not_found")
        assert refusal(Api(person).delete(f"/uploads/{asked['id']}")) == (404, "not_found")
        assert refusal(Api(person).delete("/uploads/12345")) == (404, "not_found")
    assert complete(bob, asked["id"]).status_code == 200


def test_who_was_removed_from_the_room_completes_nothing(shelf: Place, alice: User, bob: User, general: Room) -> None:
    data = png()
    asked = ask(bob, general, data).json()
    send_parts(shelf, asked, data)
    remove_member(actor=alice, room_id=general.pk, user_id=bob.pk)
    assert refusal(complete(bob, asked["id"])) == (404, "not_found")
    assert refusal(Api(bob).get(f"/uploads/{asked['id']}")) == (404, "not_found")
    assert Api(bob).delete(f"/uploads/{asked['id']}").status_code == 204


def test_outsiders_and_the_muted_may_not_ask(shelf: Place, bob: User, carol: User, general: Room) -> None:
    assert refusal(ask(carol, general, png())) == (404, "not_found")
    mute_member(room_id=general.pk, user_id=bob.pk, until=clock.now() + timedelta(hours=1))
    assert refusal(ask(bob, general, png())) == (403, "member.muted")
    assert not Attachment.objects.exists()


def test_members_do_not_change_the_rooms_picture(shelf: Place, bob: User, general: Room) -> None:
    assert refusal(ask(bob, general, png(), purpose="picture")) == (403, "room.not_moderator")


def test_what_is_too_large_is_refused_before_anything_is_sent(
    shelf: Place, bob: User, general: Room, settings: Any
) -> None:
    settings.LARGEST_FILE = 100
    answer = ask(bob, general, b"x" * 101)
    assert refusal(answer) == (413, "too_large")
    assert answer.json()["error"]["data"] == {"most": 100}
    assert ask(bob, general, b"x" * 100).status_code == 201


def test_nobody_keeps_more_than_there_is_space_for(shelf: Place, bob: User, general: Room, settings: Any) -> None:
    settings.MOST_STORED = 250
    upload(shelf, bob, general, b"x" * 200, "a.txt")
    assert refusal(ask(bob, general, b"x" * 51)) == (409, "files.full")
    small = ask(bob, general, b"x" * 50)
    assert small.status_code == 201
    assert refusal(ask(bob, general, b"x")) == (409, "files.full")
    Api(bob).delete(f"/uploads/{small.json()['id']}")
    assert ask(bob, general, b"x" * 50).status_code == 201


def test_what_was_deleted_leaves_space_but_not_without_end(
    shelf: Place, bob: User, general: Room, settings: Any
) -> None:
    settings.MOST_STORED = 250
    for _ in range(2):
        message = sent(shelf, bob, general, b"x" * 200, "a.txt")
        assert refusal(ask(bob, general, b"x" * 51)) == (409, "files.full")
        delete_message(actor=bob, message_id=int(message.id))
    assert refusal(ask(bob, general, b"x" * 101)) == (409, "files.full")
    assert ask(bob, general, b"x" * 100).status_code == 201


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"size": 0}, "size"),
        ({"size": -1}, "size"),
        ({"size": "1"}, "size"),
        ({"name": ""}, "name"),
        ({"purpose": "preview"}, "purpose"),
        ({"room_id": None}, "room_id"),
        ({"purpose": "avatar"}, "room_id"),
        ({"key": "files/x"}, "key"),
        ({"owner": "1"}, "owner"),
    ],
)
def test_what_is_wrong_is_named(shelf: Place, bob: User, general: Room, change: dict[str, Any], field: str) -> None:
    assert wrong_fields(ask(bob, general, b"x", **change)) == {field}


def test_too_many_are_too_many(shelf: Place, bob: User, general: Room) -> None:
    with limited():
        answers = [ask(bob, general, b"x") for _ in range(121)]
    assert refusal(answers[-1]) == (429, "rate_limited")
    assert answers[-2].status_code == 201


@on_both
@pytest.mark.parametrize("body", [b"x" * 101, b"x" * 99, b""], ids=["larger", "smaller", "empty"])
def test_what_was_not_announced_does_not_get_in(shelf: Place, bob: User, general: Room, body: bytes) -> None:
    asked = ask(bob, general, b"x" * 100).json()
    [part] = asked["parts"]
    answer = shelf.send(SignedUpload(part["method"], part["url"], part["headers"]), body)
    assert 400 <= answer.status_code < 500
    assert refusal(complete(bob, asked["id"])) == (409, "upload.incomplete")
    assert list(shelf.store.list()) == []


@on_both
def test_another_size_in_the_store_is_refused_all_the_same(shelf: Place, bob: User, general: Room) -> None:
    """A store that does not heed the signed length must not get a larger file past the limit."""
    asked = ask(bob, general, b"x" * 100).json()
    file = Attachment.objects.get(pk=asked["id"])
    shelf.store.write(uploads.part_keys(file)[0], [b"x" * 5000], "image/png")
    assert refusal(complete(bob, asked["id"])) == (409, "upload.refused")
    assert refusal(complete(bob, asked["id"])) == (409, "upload.refused")
    assert list(shelf.store.list()) == []


def test_leave_to_send_ends_and_can_be_had_again(shelf: Place, bob: User, general: Room) -> None:
    data = png()
    asked = ask(bob, general, data).json()
    with time_machine.travel(clock.now() + timedelta(minutes=6)):
        assert [answer.status_code for answer in send_parts(shelf, asked, data)] == [403]
        again = Api(bob).get(f"/uploads/{asked['id']}").json()
        assert [answer.status_code for answer in send_parts(shelf, again, data)] == [200]
        assert complete(bob, asked["id"]).status_code == 200
