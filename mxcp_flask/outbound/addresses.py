"""Which addresses are on the public internet."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_network

Address = IPv4Address | IPv6Address

_GLOBAL_IPV6 = ip_network("2000::/3")
# The special-purpose registries of IANA, written out because Python's ``is_global`` differs from release to release.
_SPECIAL = tuple(
    ip_network(text)
    for text in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16"),
        *("192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        "168.63.129.16/32",  # Azure's host, as each of its guests sees it
        "2001::/23",  # IETF protocols, among them Teredo
        *("2001:db8::/32", "3fff::/20"),  # documentation
        "2002::/16",  # 6to4: any IPv4 address
    )
)


def is_public(address: Address) -> bool:
    """Tell whether ``address`` is a global unicast address and carries no IPv4 address inside.

    Outside 2000::/3 are the IPv4-mapped ``::ffff:``, NAT64's ``64:ff9b::``, link-local, site-local and multicast.
    """
    if isinstance(address, IPv6Address) and (address.scope_id or address not in _GLOBAL_IPV6):
        return False
    return address.is_global and not any(address in network for network in _SPECIAL)
