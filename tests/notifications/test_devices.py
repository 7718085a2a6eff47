"""The devices that take pushes: whose they are, where they may be, and what is never called."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytest_django.fixtures import Settings

from accounts.models import User
from notifications.models import Device
from notifications.push import sending
from notifications.push.sending import Target, Unreachable, send
from notifications.services.devices import MOST_DEVICES, forget_dead_devices
from rooms.models import Room
from tests.clients import Api, refusal, wrong_fields
from tests.factories import say
from tests.jobs import Jobs
from tests.notifications.browser import Browser, PushService, dripping

Subscribe = Callable[..., Browser]


def test_a_device_is_listed_renamed_switched_off_and_removed(bob: User, service: PushService) -> None:
    door = Api(bob)
    added = door.post("/notifications/devices", service.browser().subscription("Firefox on Linux")).json()
    assert added["label"] == "Firefox on Linux"
    assert added["enabled"] is True
    assert added["current"] is True
    assert added["service"] == service.url.removeprefix("http://")
    place = f"/notifications/devices/{added['id']}"
    changed = door.patch(place, {"label": "Desk", "enabled": False, "level": "mentions"}).json()
    assert (changed["label"], changed["enabled"], changed["level"]) == ("Desk", False, "mentions")
    assert door.get("/notifications/devices").json()["results"] == [changed]
    assert Api(bob).get("/notifications/devices").json()["results"][0]["current"] is False
    assert door.delete(place).status_code == 204
    assert door.get("/notifications/devices").json()["results"] == []
    assert refusal(door.delete(place)) == (404, "not_found")


def test_the_same_browser_again_keeps_what_was_chosen_for_it(bob: User, service: PushService) -> None:
    browser, door = service.browser(), Api(bob)
    first = door.post("/notifications/devices", browser.subscription()).json()
    door.patch(f"/notifications/devices/{first['id']}", {"label": "Desk", "enabled": False})
    again = Api(bob).post("/notifications/devices", browser.subscription())
    assert again.status_code == 200
    assert again.json() | {"label": "Desk", "enabled": False} == again.json()
    assert Device.objects.count() == 1


def test_a_browser_belongs_to_whoever_used_it_last(
    alice: User, bob: User, carol: User, general: Room, service: PushService, jobs: Jobs
) -> None:
    browser = service.browser()
    Api(bob).post("/notifications/devices", browser.subscription())
    assert Api(carol).post("/notifications/devices", browser.subscription()).status_code == 201
    say(alice, general, "for @bob's eyes")
    jobs.run()
    assert service.got == []
    assert Device.objects.get().user_id == carol.pk


def test_an_address_alone_takes_nothing_away(
    alice: User, bob: User, carol: User, general: Room, service: PushService, jobs: Jobs
) -> None:
    theirs, own = service.browser().subscription(), service.browser().subscription()
    Api(bob).post("/notifications/devices", theirs)
    answer = Api(carol).post("/notifications/devices", own | {"endpoint": theirs["endpoint"]})
    assert refusal(answer) == (409, "device.taken")
    mixed = theirs | {"keys": theirs["keys"] | {"auth": own["keys"]["auth"]}}
    assert refusal(Api(carol).post("/notifications/devices", mixed)) == (409, "device.taken")
    assert Device.objects.get().user_id == bob.pk


def test_others_devices_do_not_exist(bob: User, carol: User, subscribe: Subscribe) -> None:
    subscribe(bob)
    place, door = f"/notifications/devices/{Device.objects.get().pk}", Api(carol)
    assert door.get("/notifications/devices").json()["results"] == []
    for answer in (door.patch(place, {"label": "mine"}), door.delete(place), door.post(f"{place}/tests")):
        assert refusal(answer) == (404, "not_found")
    assert Device.objects.get().label == "Test browser"


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example.org/abc",
        "https://127.0.0.1/abc",
        "https://10.0.0.7/abc",
        "https://[::1]/abc",
        "https://[::ffff:10.0.0.7]/abc",
        "https://169.254.169.254/latest/meta-data",
        "https://localhost/abc",
        "https://127.1/abc",
        "https://0x7f.1/abc",
        "https://0x7f000001/abc",
        "https://0177.0.0.1/abc",
        "https://2130706433/abc",
        "https://127.1./abc",
        "https://intranet/abc",
        "https://user:secret@push.example.org/abc",
        "https://push.example.org:99999/abc",
        "ftp://push.example.org/abc",
        "https:///nothing",
        "https://push.example.org/a b",
        "https://push.example.org/\r\nX-Evil: 1",
        "javascript:alert(1)//",
    ],
)
def test_only_public_https_is_an_endpoint(endpoint: str, bob: User, service: PushService) -> None:
    wanted = service.browser().subscription() | {"endpoint": endpoint}
    assert wrong_fields(Api(bob).post("/notifications/devices", wanted)) == {"endpoint"}


@pytest.mark.parametrize(
    "keys",
    [
        {"p256dh": "A" * 87, "auth": "A" * 22},
        {"p256dh": "é" * 87, "auth": "A" * 22},
        {"p256dh": "B" * 88, "auth": "A" * 22},
    ],
)
def test_keys_must_be_keys(keys: dict[str, str], bob: User, service: PushService) -> None:
    wanted = service.browser().subscription() | {"keys": keys}
    assert wrong_fields(Api(bob).post("/notifications/devices", wanted)) == {"keys"}


def test_a_name_that_leads_inside_is_not_called(service: PushService) -> None:
    """What the name stands for is looked up when something is sent, and again each time."""
    browser = service.browser()
    keys = browser.subscription()["keys"]
    inside = f"https://localhost.localdomain:{service.url.rpartition(':')[2]}/push/1"
    for endpoint in (inside, inside.replace("https", "http"), "https://127.0.0.1/push/1"):
        with pytest.raises(Unreachable):
            send(Target(endpoint, keys["p256dh"], keys["auth"]), b"{}", ttl=1, urgency="low", topic="t")
    assert service.got == []


def test_a_service_that_drips_is_cut_off(
    service: PushService, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its whole answer takes longer than there is; each byte of it comes soon enough."""
    monkeypatch.setattr(sending, "WITHIN", 0.5)
    keys = service.browser().subscription()["keys"]
    with dripping(b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n", pause=0.1) as host:
        settings.PUSH_ALLOWED_HOSTS = frozenset({host})
        with pytest.raises(Unreachable):
            send(Target(f"http://{host}/", keys["p256dh"], keys["auth"]), b"{}", ttl=1, urgency="low", topic="t")


def test_there_is_an_end_to_devices(bob: User, service: PushService) -> None:
    door = Api(bob)
    for _ in range(MOST_DEVICES):
        assert door.post("/notifications/devices", service.browser().subscription()).status_code == 201
    assert refusal(door.post("/notifications/devices", service.browser().subscription())) == (409, "limit.reached")


def test_devices_of_ended_sign_ins_are_forgotten(bob: User, subscribe: Subscribe) -> None:
    door = Api(bob)
    subscribe(bob, door)
    subscribe(bob)
    door.post("/auth/sign-out")
    forget_dead_devices()
    assert Device.objects.count() == 1
