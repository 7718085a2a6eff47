"""Where a request comes from, as limits count it."""

from __future__ import annotations

from ipaddress import ip_address, ip_network


def network(ip: str) -> str:
    """Return the address, of IPv6 the /64: one subscriber has 2^64 addresses to try from."""
    try:
        address = ip_address(ip)
    except ValueError:
        return ip
    return ip if address.version == 4 else str(ip_network((address, 64), strict=False))
