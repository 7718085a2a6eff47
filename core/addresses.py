"""Which addresses this server may call on somebody's wish: public ones, and nothing of its own network."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as Expired
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

LOOKUP_SECONDS = 3.0
# One word for both, so that nobody learns which names there are inside.
REFUSED = "cannot be found on the public internet"
# Beyond what `is_global` knows: relays of 6to4 and addresses of protocols.
CLOSED_4 = (IPv4Network("192.88.99.0/24"), IPv4Network("192.0.0.0/24"))
# Only what is assigned to the internet at all, without the ways into IPv4 (Teredo, 6to4) and what is for documentation.
OPEN_6 = IPv6Network("2000::/3")
CLOSED_6 = (IPv6Network("2001::/23"), IPv6Network("2002::/16"), IPv6Network("2001:db8::/32"), IPv6Network("3fff::/20"))


class NotPublic(Exception):
    """The host has no address, or one that is nobody's business."""


def lookups(name: str) -> ThreadPoolExecutor:
    """Return threads for look-ups. The system's have no time limit of their own: slow ones hold up each other alone."""
    return ThreadPoolExecutor(4, thread_name_prefix=f"lookup-{name}")


def public_address(host: str, port: int, threads: ThreadPoolExecutor) -> str:
    """Return an address of `host` to connect to; connect to that very one, since a second look-up may say another.

    Raises `NotPublic` unless every address the host has is a public one, whatever notation it hides in.
    """
    try:
        found = threads.submit(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM).result(LOOKUP_SECONDS)
    except (OSError, UnicodeError, ValueError, Expired):
        raise NotPublic(f"{host} {REFUSED}") from None
    addresses = [str(entry[4][0]) for entry in found]
    if not addresses or not all(map(is_public, addresses)):
        raise NotPublic(f"{host} {REFUSED}")
    return addresses[0]


def is_public(address: str) -> bool:
    """Return whether the text is an address of the public internet."""
    try:
        known = ip_address(address)
    except ValueError:
        return False
    return _open_4(known) if isinstance(known, IPv4Address) else _open_6(known)


def _open_4(address: IPv4Address) -> bool:
    return address.is_global and not address.is_multicast and not any(address in network for network in CLOSED_4)


def _open_6(address: IPv6Address) -> bool:
    return address in OPEN_6 and address.scope_id is None and not any(address in network for network in CLOSED_6)
