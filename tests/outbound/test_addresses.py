"""Tests of mxcp_flask.outbound.addresses."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from mxcp_flask.outbound.addresses import is_public


@pytest.mark.parametrize(
    "text",
    [
        "1.1.1.1",
        "8.8.8.8",
        "93.184.216.34",
        "100.63.255.255",
        "100.128.0.1",
        "172.15.0.1",
        "172.32.0.1",
        "192.0.1.1",
        "198.17.255.255",
        "198.20.0.1",
        "223.255.255.255",
        "168.63.129.15",
        "2606:4700::1111",
        "2a00:1450:4001::200e",
        "2001:200::1",
        "2400:cb00::1",
        "2003::1",
    ],
)
def test_public_address(text: str) -> None:
    """A global unicast address is public, right up to the special blocks."""
    assert is_public(ip_address(text))


@pytest.mark.parametrize(
    "text",
    [
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "100.64.0.1",
        "100.100.100.200",
        "100.127.255.255",
        "127.0.0.1",
        "127.9.9.9",
        "169.254.1.1",
        "169.254.169.254",
        "169.254.170.2",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.0.1",
        "192.0.0.1",
        "192.0.0.192",
        "192.0.2.1",
        "192.88.99.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.7",
        "203.0.113.9",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "168.63.129.16",
    ],
)
def test_special_ipv4_address(text: str) -> None:
    """Private, shared, loopback, link-local, metadata, documentation, multicast and reserved ones are not."""
    assert not is_public(ip_address(text))


@pytest.mark.parametrize(
    "text",
    [
        "::",
        "::1",
        "::ffff:10.0.0.1",
        "::ffff:8.8.8.8",
        "::ffff:169.254.169.254",
        "::127.0.0.1",
        "::8.8.8.8",
        "64:ff9b::a00:1",
        "64:ff9b::808:808",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:0:4136:e378::1",
        "2001:10::1",
        "2001:20::1",
        "2001:db8::1",
        "2002:a00:1::1",
        "2002:808:808::1",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "2606:4700::1111%eth0",
        "fec0::1",
        "ff02::1",
        "ff0e::1",
    ],
)
def test_special_ipv6_address(text: str) -> None:
    """Nor is what is local, or stands for an IPv4 address: mapped, NAT64, 6to4, Teredo."""
    assert not is_public(ip_address(text))
