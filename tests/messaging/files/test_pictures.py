"""Avatars and room pictures: square, seen by everybody who sees the person or the room, one at a time."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from accounts.models import User
from rooms.models import Room
from tests.clients import Api, refusal
from tests.conftest import Published
from tests.core.storage.places import Place
from tests.factories import make_room
from tests.messaging.files.browser import Browser, ask, complete, on_both, png, send_parts, upload
from tests.order import assert_no_holes, nothing_happens, told

pytestmark = pytest.mark.django_db(transaction=True)


@on_both
def test_an_avatar_is_square_and_everybody_sees_it(
    shelf: Place, bob: User, carol: User, general: Room, published: Published
) -> None:
    file = upload(shelf, bob, None, png(300, 100), purpose="avatar")
    me = Api(bob).put("/me/avatar", {"file_id": file["id"]}).json()
    assert me["avatar"] == f"/files/{file['id']}/thumbnail"
    event = published.events[-1]
    assert (event["type"], event["user"]["avatar"]) == ("user.updated", me["avatar"])  # type: ignore[index]
    assert published[-1].rooms == [general.pk]
    assert Api(carol).get(f"/users/{bob.pk}").json()["avatar"] == me["avatar"]
    answer = Browser(carol).fetch(shelf, me["avatar"])
    assert Image.open(io.BytesIO(answer.content)).size == (256, 256)


def test_a_new_avatar_takes_the_old_ones_place_and_none_is_fine(shelf: Place, bob: User, carol: User) -> None:
    first, second = (upload(shelf, bob, None, png(color=color), purpose="avatar")["id"] for color in ("red", "blue"))
    for file_id in (first, second):
        Api(bob).put("/me/avatar", {"file_id": file_id})
    looker = Browser(carol)
    assert [looker.sees(f"/files/{file_id}/thumbnail") for file_id in (first, second)] == [False, True]
    assert refusal(Api(bob).put("/me/avatar", {"file_id": first})) == (404, "not_found")
    assert Api(bob).put("/me/avatar", {"file_id": second}).status_code == 200
    assert looker.sees(f"/files/{second}/thumbnail")
    assert Api(bob).delete("/me/avatar").json()["avatar"] is None
    assert not looker.sees(f"/files/{second}/thumbnail")


def test_a_file_that_is_no_picture_is_no_avatar(shelf: Place, bob: User) -> None:
    asked = ask(bob, None, b"<svg/>", purpose="avatar").json()
    send_parts(shelf, asked, b"<svg/>")
    assert refusal(complete(bob, asked["id"])) == (409, "upload.refused")


def test_others_files_and_those_of_messages_are_no_avatars(shelf: Place, alice: User, bob: User, general: Room) -> None:
    message, alices = upload(shelf, bob, general, png()), upload(shelf, alice, None, png(), purpose="avatar")
    for file in (message, alices):
        assert refusal(Api(bob).put("/me/avatar", {"file_id": file["id"]})) == (404, "not_found")


def test_a_rooms_picture_is_for_those_who_see_the_room(
    shelf: Place, alice: User, bob: User, carol: User, general: Room, published: Published
) -> None:
    file = upload(shelf, alice, general, png(), purpose="picture")
    room = Api(alice).put(f"/rooms/{general.pk}/picture", {"file_id": file["id"]}).json()
    assert room["picture"] == f"/files/{file['id']}/thumbnail"
    assert (told(published)[-1]["type"], told(published)[-1]["room"]["picture"]) == ("room.updated", room["picture"])
    assert Browser(bob).sees(room["picture"])
    assert not Browser(carol).sees(room["picture"])
    assert_no_holes(published, general)
    assert Api(alice).delete(f"/rooms/{general.pk}/picture").json()["picture"] is None
    assert not Browser(bob).sees(room["picture"])


def test_that_of_a_public_room_is_for_everybody(shelf: Place, alice: User, carol: User) -> None:
    room = make_room(alice, kind="public")
    file = upload(shelf, alice, room, png(), purpose="picture")
    picture = Api(alice).put(f"/rooms/{room.pk}/picture", {"file_id": file["id"]}).json()["picture"]
    assert Browser(carol).sees(picture)
    assert Api(carol).get("/rooms/directory").json()["results"][0]["picture"] == picture


def test_members_do_not_change_it(shelf: Place, alice: User, bob: User, general: Room, published: Published) -> None:
    file = upload(shelf, alice, general, png(), purpose="picture")
    with nothing_happens(published):
        assert refusal(Api(bob).put(f"/rooms/{general.pk}/picture", {"file_id": file["id"]})) == (404, "not_found")
        assert refusal(Api(bob).delete(f"/rooms/{general.pk}/picture")) == (403, "room.not_moderator")
