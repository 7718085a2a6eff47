"""Only what is on the public internet may be called, in whichever notation it comes."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from core.addresses import NotPublic, is_public, lookups, public_address

THREADS = lookups("test")
PRIVATE = """
127.0.0.1 127.8.8.8 0.0.0.0 10.1.2.3 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 100.64.0.1 100.127.255.255
192.0.0.8 192.0.2.1 192.88.99.1 198.18.0.1 198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.250 240.0.0.1
255.255.255.255 :: ::1 ::7f00:1 ::ffff:10.0.0.1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 64:ff9b::7f00:1 64:ff9b::808:808
64:ff9b:1::1 100::1 2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:20::1 2001:db8::1 2002:7f00:1:: 2002:808:808::
3fff::1 5f00::1 fc00::1 fd12:3456::1 fe80::1 fe80::1%eth0 fec0::1 ff02::1 ff0e::1 2606:4700::1111%1
"""


@pytest.mark.parametrize("address", PRIVATE.split())
def test_what_is_not_public_is_refused(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "93.184.216.34", "2606:4700::1111", "2a00:1450:4001::8a"])
def test_what_is_public_is_not(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "0x7f.1",
        "2130706433",
        "017700000001",
        "0",
        "localhost",
        "::1",
        "[::1]",
        "::ffff:a00:1",
        "a..b",
        "x" * 300,
    ],
)
def test_a_host_that_leads_home_is_refused_however_it_is_written(host: str) -> None:
    with pytest.raises(NotPublic):
        public_address(host, 80, THREADS)


def _answers(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    asked: list[str] = []

    def look_up(host: str, port: int, **_: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


def test_the_address_that_was_checked_is_given_and_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = _answers(monkeypatch, "93.184.216.34", "2606:4700::1111")
    assert public_address("example.org", 443, THREADS) == "93.184.216.34"
    assert asked == ["example.org"]


@pytest.mark.parametrize("addresses", [["93.184.216.34", "10.0.0.1"], ["10.0.0.1", "93.184.216.34"], []])
def test_one_private_address_is_too_many(monkeypatch: pytest.MonkeyPatch, addresses: list[str]) -> None:
    _answers(monkeypatch, *addresses)
    with pytest.raises(NotPublic):
        public_address("rebind.example.org", 443, THREADS)
