"""Files of messages: sent with them, seen with them, gone with them."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from core.errors import AppError
from messaging.contents import Has
from messaging.models import Attachment, Message
from messaging.services.attaching import files_taken_out, purge_files
from messaging.services.changing import delete_message, edit_message
from messaging.services.moderating import restore_message
from messaging.services.serving import link_for_moderators
from rooms.models import Room
from tests.clients import Api, refusal, wrong_fields
from tests.conftest import Published
from tests.core.storage.places import Place
from tests.factories import make_room, say
from tests.jobs import Jobs
from tests.messaging.files.browser import Browser, ask, on_both, png, sent, upload
from tests.order import assert_no_holes, nothing_happens, told

pytestmark = pytest.mark.django_db(transaction=True)


def _send(person: User, room: Room, files: list[str], text: str = "", key: str = "") -> Any:
    body = {"client_id": key or str(uuid.uuid4()), "text": text, "files": files}
    return Api(person).post(f"/rooms/{room.pk}/messages", body)


def test_a_message_carries_its_files_in_every_answer(
    shelf: Place, alice: User, bob: User, general: Room, published: Published
) -> None:
    picture, paper = upload(shelf, bob, general, png()), upload(shelf, bob, general, b"%PDF-1.7 x", "a.pdf")
    message = _send(bob, general, [paper["id"], picture["id"]], "look").json()
    assert message["files"] == [paper, picture]
    assert told(published)[-1]["message"] == message
    page = Api(alice).get(f"/rooms/{general.pk}/messages").json()
    assert page["messages"][-1] == message
    changes = Api(alice).get(f"/rooms/{general.pk}/changes", {"after": message["rev"] - 1}).json()
    assert changes["messages"] == [message]
    assert Has(Message.objects.get(pk=message["id"]).has) == Has.FILE | Has.IMAGE


def test_a_file_needs_no_words_but_something_there_must_be(shelf: Place, bob: User, general: Room) -> None:
    assert _send(bob, general, [upload(shelf, bob, general, png())["id"]]).status_code == 201
    assert wrong_fields(_send(bob, general, [])) == {"text"}
    assert wrong_fields(_send(bob, general, [upload(shelf, bob, general, png())["id"]], " \n")) == {"text"}


def test_a_retry_with_the_same_files_is_the_same_message(
    shelf: Place, bob: User, general: Room, published: Published
) -> None:
    files = [upload(shelf, bob, general, png())["id"] for _ in range(2)]
    key = str(uuid.uuid4())
    first = _send(bob, general, files, "hello", key)
    with nothing_happens(published):
        again = _send(bob, general, files, "hello", key)
        assert (first.status_code, again.status_code) == (201, 200)
        assert again.json() == first.json()
        for other in ([], files[:1], files[::-1]):
            assert refusal(_send(bob, general, other, "hello", key)) == (409, "client_id.reused")


def test_only_ones_own_unused_files_of_this_room_can_be_sent(
    shelf: Place, alice: User, bob: User, general: Room, published: Published
) -> None:
    other = make_room(alice, bob)
    mine = upload(shelf, bob, general, png())["id"]
    elsewhere, alices = upload(shelf, bob, other, png())["id"], upload(shelf, alice, general, png())["id"]
    pending, avatar = ask(bob, general, png()).json()["id"], upload(shelf, bob, None, png(), purpose="avatar")["id"]
    used = upload(shelf, bob, general, png())["id"]
    _send(bob, general, [used])
    with nothing_happens(published):
        for wrong in (elsewhere, alices, pending, avatar, used, "12345"):
            assert refusal(_send(bob, general, [mine, wrong])) == (404, "not_found")
        assert wrong_fields(_send(bob, general, [mine, mine])) == {"files"}
        assert wrong_fields(_send(bob, general, [str(number) for number in range(11)])) == {"files"}
    assert _send(bob, general, [mine]).status_code == 201


def test_of_many_that_send_the_same_file_at_once_one_does(shelf: Place, bob: User, general: Room) -> None:
    file_id = int(upload(shelf, bob, general, png())["id"])

    def one(number: int) -> bool:
        try:
            say(bob, general, f"number {number}", file_ids=[file_id])
        except AppError as error:
            assert error.code == "not_found"
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(one, range(6))) == [False] * 5 + [True]
    [message] = Message.objects.filter(room=general)
    assert Attachment.objects.get(pk=file_id).message_id == message.pk
    general.refresh_from_db()
    assert general.rev == message.rev


def test_an_edit_keeps_the_files_or_takes_some_out(
    shelf: Place, alice: User, bob: User, general: Room, published: Published
) -> None:
    files = [upload(shelf, bob, general, png())["id"] for _ in range(2)]
    message = _send(bob, general, files, "look").json()
    edited = Api(bob).patch(f"/messages/{message['id']}", {"text": "look here"}).json()
    assert edited["files"] == message["files"]
    fewer = Api(bob).patch(f"/messages/{message['id']}", {"text": "look here", "files": files[1:]}).json()
    assert [file["id"] for file in fewer["files"]] == files[1:]
    reader = Browser(alice)
    assert [reader.sees(f"/files/{file_id}") for file_id in files] == [False, True]
    with nothing_happens(published):
        same = Api(bob).patch(f"/messages/{message['id']}", {"text": "look here", "files": files[1:]})
        assert same.json() == fewer
        gone = Api(bob).patch(f"/messages/{message['id']}", {"text": "look here", "files": files})
        assert refusal(gone) == (404, "not_found")
        assert wrong_fields(Api(bob).patch(f"/messages/{message['id']}", {"text": "", "files": []})) == {"text"}
    bare = Api(bob).patch(f"/messages/{message['id']}", {"text": "nothing left", "files": []}).json()
    assert (bare["files"], Message.objects.get(pk=message["id"]).has) == ([], 0)
    assert_no_holes(published, general)


@on_both
def test_with_a_message_its_files_go_at_once_and_moderators_still_find_them(
    shelf: Place, alice: User, bob: User, general: Room, published: Published, jobs: Jobs
) -> None:
    message = sent(shelf, bob, general, png())
    jobs.run()
    file_id = int(message.files[0].id)
    reader, author = Browser(alice), Browser(bob)
    assert reader.sees(f"/files/{file_id}") and reader.sees(f"/files/{file_id}/thumbnail")
    delete_message(actor=bob, message_id=int(message.id))
    for browser in (reader, author):
        assert not browser.sees(f"/files/{file_id}") and not browser.sees(f"/files/{file_id}/thumbnail")
    row = Message.objects.get(pk=message.id)
    assert (row.files, row.has) == ("", 0)
    assert told(published)[-1]["message"]["files"] == []
    [taken] = files_taken_out(int(message.id))
    answer = shelf.get(link_for_moderators(file_id=taken.pk))
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("inline")


def test_what_a_moderator_deleted_comes_back_with_its_files_and_what_was_edited_out_does_not(
    shelf: Place, alice: User, bob: User, general: Room
) -> None:
    files = [upload(shelf, bob, general, png())["id"] for _ in range(2)]
    message = int(_send(bob, general, files, "look").json()["id"])
    edit_message(actor=bob, message_id=message, text="look", file_ids=[int(files[1])])
    delete_message(actor=alice, message_id=message)
    reader = Browser(bob)
    assert [reader.sees(f"/files/{file_id}") for file_id in files] == [False, False]
    restored = restore_message(actor=alice, message_id=message)
    assert [file.id for file in restored.files] == files[1:]
    assert [reader.sees(f"/files/{file_id}") for file_id in files] == [False, True]


def test_what_is_purged_is_nowhere_any_more(shelf: Place, bob: User, general: Room, jobs: Jobs) -> None:
    message, other = sent(shelf, bob, general, png()), sent(shelf, bob, general, png())
    jobs.run()
    delete_message(actor=bob, message_id=int(message.id))
    for _ in range(2):
        purge_files([int(message.id)])
    assert [str(row.message_id) for row in Attachment.objects.all()] == [other.id]
    assert len(list(shelf.store.list())) == 2  # the other's picture and thumbnail
