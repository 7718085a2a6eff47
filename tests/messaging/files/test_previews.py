"""Previews of links: looked at after the message was sent, by the guarded fetcher, with pictures of our own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from core import clock
from core.errors import AppError
from core.fetching import Fetched, Refused
from messaging.models import Attachment, LinksDue, Message
from messaging.services.changing import delete_message, edit_message, remove_previews
from messaging.services.previews import GIVEN_UP_AFTER, OVERDUE, look_at_links, look_overdue
from rooms.models import Room
from tests.clients import Api, refusal
from tests.conftest import Published
from tests.core.storage.places import Place
from tests.factories import say
from tests.jobs import Jobs
from tests.limits import limited
from tests.messaging.files.browser import Browser, on_both, png
from tests.order import assert_no_holes, nothing_happens, told

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = b'<title>A page</title><meta name=description content="of words"><meta property=og:image content=/sea.png>'


class Web(dict[str, tuple[str, bytes]]):
    """The sites there are, by address; anything else is refused."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def fetch(self, url: str, types: Any, within: float) -> Fetched:
        self.asked.append(url)
        if within <= 0:
            raise Refused("too slow")
        kind, body = self.get(url, ("", b""))
        if kind not in types:
            raise Refused("nothing there")
        return Fetched(url, kind, "utf-8", body)


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Web:
    found = Web()
    found["https://example.org/a"] = ("text/html", PAGE)
    found["https://example.org/sea.png"] = ("image/png", png(300, 200))
    monkeypatch.setattr("messaging.services.previews.fetch", found.fetch)
    return found


@on_both
def test_a_link_is_shown_with_a_picture_of_our_own(
    shelf: Place, web: Web, alice: User, bob: User, general: Room, published: Published, jobs: Jobs
) -> None:
    message = say(bob, general, "see https://example.org/a.")
    assert message.previews == []
    jobs.run()
    event = told(published)[-1]
    assert (event["type"], event["rev"], event["message"]["edited_at"]) == ("message.updated", message.rev + 1, None)
    [preview] = event["message"]["previews"]
    image = preview.pop("image")
    assert preview == {
        "url": "https://example.org/a", "title": "A page", "description": "of words", "site_name": "example.org",
    }  # fmt: skip
    assert (image["width"], image["height"]) == (300, 200)
    assert Browser(alice).fetch(shelf, image["url"]).headers["Content-Type"] == "image/webp"
    assert_no_holes(published, general)


@pytest.mark.parametrize("body", [b"<svg/>", b"x", png()[:30]])
def test_a_picture_that_is_none_leaves_the_words(
    shelf: Place, web: Web, bob: User, general: Room, jobs: Jobs, body: bytes
) -> None:
    web["https://example.org/sea.png"] = ("image/png", body)
    message = say(bob, general, "https://example.org/a")
    jobs.run()
    kept = Message.objects.get(pk=message.id).previews
    assert "A page" in kept and '"image":null' in kept


def test_at_most_two_and_nothing_for_what_does_not_answer(
    shelf: Place, web: Web, bob: User, general: Room, published: Published, jobs: Jobs
) -> None:
    say(bob, general, "https://a.example https://b.example https://c.example")
    with nothing_happens(published):
        jobs.run()
    assert web.asked == ["https://a.example", "https://b.example"]


def test_two_hundred_links_are_five_requests_a_minute(
    shelf: Place, web: Web, bob: User, general: Room, jobs: Jobs
) -> None:
    for number in range(9):
        say(bob, general, f"https://{number}.example")
    with limited():
        jobs.run()
    assert len(web.asked) == 5


def test_it_can_be_switched_off(shelf: Place, web: Web, bob: User, general: Room, jobs: Jobs, settings: Any) -> None:
    settings.LINK_PREVIEWS = False
    say(bob, general, "https://example.org/a")
    jobs.run()
    assert web.asked == []


def test_code_and_plain_words_are_not_looked_at(shelf: Place, web: Web, bob: User, general: Room, jobs: Jobs) -> None:
    say(bob, general, "`https://example.org/a` and example.org")
    assert jobs.pending == []


def test_twice_is_harmless(shelf: Place, web: Web, bob: User, general: Room, published: Published, jobs: Jobs) -> None:
    message = say(bob, general, "https://example.org/a")
    jobs.run()
    with nothing_happens(published):
        look_at_links.func(int(message.id))
    assert Attachment.objects.count() == 1


def test_the_author_takes_it_off_and_nobody_else(
    shelf: Place, web: Web, alice: User, bob: User, carol: User, general: Room, published: Published, jobs: Jobs
) -> None:
    message = say(bob, general, "https://example.org/a")
    jobs.run()
    [file] = Attachment.objects.all()
    with nothing_happens(published):
        assert refusal(Api(alice).delete(f"/messages/{message.id}/previews")) == (403, "message.not_author")
        assert refusal(Api(carol).delete(f"/messages/{message.id}/previews")) == (404, "not_found")
    assert Api(bob).delete(f"/messages/{message.id}/previews").json()["previews"] == []
    assert told(published)[-1]["message"]["previews"] == []
    assert not Browser(bob).sees(f"/files/{file.pk}/thumbnail")
    with nothing_happens(published):
        assert Api(bob).delete(f"/messages/{message.id}/previews").status_code == 200
    assert_no_holes(published, general)


def test_an_edit_keeps_it_while_the_link_stays(shelf: Place, web: Web, bob: User, general: Room, jobs: Jobs) -> None:
    message = say(bob, general, "https://example.org/a")
    jobs.run()
    [file] = Attachment.objects.all()
    kept = edit_message(actor=bob, message_id=int(message.id), text="look: https://example.org/a")
    assert len(kept.previews) == 1 and Browser(bob).sees(f"/files/{file.pk}/thumbnail")
    gone = edit_message(actor=bob, message_id=int(message.id), text="nothing")
    assert gone.previews == [] and not Browser(bob).sees(f"/files/{file.pk}/thumbnail")


def test_deleted_while_it_was_looked_at_nothing_comes_back(
    shelf: Place, web: Web, bob: User, general: Room, published: Published, jobs: Jobs
) -> None:
    message = say(bob, general, "https://example.org/a")
    delete_message(actor=bob, message_id=int(message.id))
    with nothing_happens(published):
        jobs.run()
    assert (Message.objects.get(pk=message.id).previews, web.asked) == ("", [])


def _worker_dies(jobs: Jobs) -> None:
    """Lose what was enqueued, and let the time pass after which it is missed."""
    jobs.clear()
    LinksDue.objects.update(due_at=clock.now() - OVERDUE - timedelta(seconds=1))


def test_what_a_killed_worker_left_is_looked_at_again(
    shelf: Place, web: Web, bob: User, general: Room, published: Published, jobs: Jobs
) -> None:
    said = say(bob, general, "https://example.org/a")
    edited = say(bob, general, "later")
    edit_message(actor=bob, message_id=int(edited.id), text="now https://example.org/a")
    look_overdue()
    assert jobs.pending == [("look_at_links", [int(said.id)]), ("look_at_links", [int(edited.id)])]  # not yet overdue
    _worker_dies(jobs)
    look_overdue()
    jobs.run()
    assert all("A page" in text for text in Message.objects.values_list("previews", flat=True))
    assert not LinksDue.objects.exists()
    with nothing_happens(published):
        look_overdue()
    assert jobs.pending == []


def test_what_ends_every_worker_is_given_up(shelf: Place, web: Web, bob: User, general: Room, jobs: Jobs) -> None:
    say(bob, general, "https://example.org/a")
    LinksDue.objects.update(due_at=clock.now() - GIVEN_UP_AFTER - timedelta(seconds=1))
    jobs.clear()
    look_overdue()
    assert (jobs.pending, LinksDue.objects.count(), web.asked) == ([], 0, [])


def test_a_preview_that_was_taken_off_is_not_made_up_for(
    shelf: Place, web: Web, bob: User, general: Room, published: Published, jobs: Jobs
) -> None:
    message = say(bob, general, "https://example.org/a")
    [due] = LinksDue.objects.all()
    jobs.run()
    due.save(force_insert=True)  # the worker was killed before it could note that it was done
    remove_previews(actor=bob, message_id=int(message.id))
    _worker_dies(jobs)
    with nothing_happens(published):
        look_overdue()
        jobs.run()


def test_a_message_without_links_or_a_refused_one_leaves_nothing_to_do(
    shelf: Place, bob: User, general: Room, settings: Any
) -> None:
    say(bob, general, "no link")
    with pytest.raises(AppError):
        say(bob, general, "https://example.org/a", reply_to=1)
    settings.LINK_PREVIEWS = False
    say(bob, general, "https://example.org/a")
    assert not LinksDue.objects.exists()


def test_all_the_links_of_a_message_have_one_time_together(
    shelf: Place, web: Web, bob: User, general: Room, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("messaging.services.previews.SECONDS", 0.0)
    message = say(bob, general, "https://example.org/a https://example.org/b")
    jobs.run()
    assert Message.objects.get(pk=message.id).previews == ""
