"""Tests of which proxies are trusted, and of what they say."""

from __future__ import annotations

import pytest

from mxcp_flask.errors import ForwardedUnclear
from mxcp_flask.web.proxies import Proxies
from mxcp_flask.web.x_forwarded import Said

PUBLIC = "mcp.example.org"
LISTED = ("10.0.0.0/8", "2001:db8::/32")
Trust = bool | tuple[str, ...]


def said(headers: dict[str, str], trust: Trust = True, configured: str | None = None) -> Said:
    """Return what a trusted proxy says to a server whose Host was ``inside``."""
    return Proxies(trust).said({"Host": "inside", **headers}, configured)


@pytest.mark.parametrize(
    ("trust", "peer", "trusted"),
    [
        (True, "203.0.113.9", True),
        (True, None, True),
        (True, "", True),
        (False, "10.0.0.1", False),
        (LISTED, "10.1.2.3", True),
        (LISTED, "::ffff:10.1.2.3", True),
        (LISTED, "2001:db8::9", True),
        (LISTED, "203.0.113.9", False),
        (LISTED, "::ffff:203.0.113.9", False),
        (LISTED, "", False),
        (LISTED, None, False),
        (LISTED, "unix:", False),
        (("fe80::/10",), "fe80::1%eth0", True),
        (("0.0.0.0/1",), "::1", False),
    ],
)
def test_who_is_trusted(trust: Trust, peer: str | None, trusted: bool) -> None:
    """True trusts whoever connects; a list the addresses in it, also as a listener for IPv6 sees IPv4."""
    assert Proxies(trust).trusts(peer) is trusted


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, Said()),
        ({"X-Forwarded-Proto": "https"}, Said("https")),
        ({"X-Forwarded-Scheme": "HTTPS"}, Said("https")),
        ({"X-Forwarded-Proto": "https", "X-Forwarded-Scheme": "https"}, Said("https")),
        ({"X-Forwarded-Proto": "https, HTTPS"}, Said("https")),
        ({"X-Forwarded-Proto": " , "}, Said()),
        ({"X-Forwarded-Host": "MCP.example.org"}, Said(None, PUBLIC)),
        ({"X-Forwarded-Host": f"{PUBLIC}, {PUBLIC}"}, Said(None, PUBLIC)),
        ({"X-Forwarded-Host": PUBLIC, "X-Forwarded-Port": "8443"}, Said(None, f"{PUBLIC}:8443")),
        ({"X-Forwarded-Host": f"{PUBLIC}:9443", "X-Forwarded-Port": "8443"}, Said(None, f"{PUBLIC}:9443")),
        ({"X-Forwarded-Port": "8443", "X-Forwarded-Proto": "https"}, Said("https", "inside:8443")),
        ({"X-Forwarded-Port": "8443", "Host": "inside:8443"}, Said(None, "inside:8443")),
        ({"X-Forwarded-Host": "[2001:db8::7]", "X-Forwarded-Port": "8443"}, Said(None, "[2001:db8::7]:8443")),
        ({"Forwarded": f"for=192.0.2.7;host={PUBLIC};proto=HTTPS"}, Said("https", PUBLIC)),
        ({"Forwarded": f'host="{PUBLIC}:8443"'}, Said(None, f"{PUBLIC}:8443")),
        ({"Forwarded": "for=192.0.2.7"}, Said()),
        ({"Forwarded": f"host=evil.example;proto=http, host={PUBLIC};proto=https"}, Said("https", PUBLIC)),
        ({"Forwarded": f"proto=https;host={PUBLIC}", "X-Forwarded-Proto": "https", "Host": PUBLIC}, Said("https")),
        (
            {"Forwarded": f"host={PUBLIC}", "X-Forwarded-Host": f"{PUBLIC}:443", "X-Forwarded-Proto": "https"},
            Said("https", f"{PUBLIC}:443"),
        ),
    ],
)
def test_what_one_proxy_says(headers: dict[str, str], expected: Said) -> None:
    """Each of the headers counts, several values when they are the same, and of Forwarded the proxy's own element."""
    assert said(headers) == expected


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"X-Forwarded-Proto": "https, http"}, "X-Forwarded-Proto says both 'http' and 'https'"),
        ({"X-Forwarded-Host": "evil.example, a.example"}, "X-Forwarded-Host says both 'a.example' and 'evil.example'"),
        ({"X-Forwarded-Proto": "javascript"}, "says 'javascript', which is neither http nor https"),
        ({"X-Forwarded-Proto": "https", "X-Forwarded-Scheme": "http"}, "'https' and X-Forwarded-Scheme 'http'"),
        ({"X-Forwarded-Proto": "http", "X-Forwarded-Port": "443"}, "X-Forwarded-Proto says 'http', but"),
        ({"X-Forwarded-Proto": "https", "X-Forwarded-Port": "80"}, "X-Forwarded-Proto says 'https', but"),
        *(({"X-Forwarded-Port": port}, "which is no port") for port in ("0", "65536", "-1", "x", "٣", "9" * 5000)),
        ({"Forwarded": "for"}, "Forwarded is not what RFC 7239 says"),
        ({"Forwarded": "proto=ftp"}, "says 'ftp', which is neither"),
        ({"Forwarded": "host=evil.example", "X-Forwarded-Host": PUBLIC}, "Forwarded and X-Forwarded-Host name"),
        ({"Forwarded": "host=evil.example", "X-Forwarded-Proto": "https"}, "Forwarded and Host name different"),
        ({"Forwarded": "host=evil.example", "X-Forwarded-For": "192.0.2.7"}, "Forwarded and Host name different"),
        ({"Forwarded": "proto=http", "X-Forwarded-Proto": "https"}, "another proto than X-Forwarded-Proto 'https'"),
        ({"Forwarded": "proto=https", "X-Forwarded-For": "192.0.2.7"}, "X-Forwarded headers without Proto"),
    ],
)
def test_contradictions_are_refused(headers: dict[str, str], reason: str) -> None:
    """Nobody guesses which of two contrary statements holds: the message names the headers and what to do."""
    with pytest.raises(ForwardedUnclear, match="do not say where this server is reached") as caught:
        said(headers)

    assert reason in str(caught.value)
    assert "set base_url" in str(caught.value)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"X-Forwarded-Proto": "http", "X-Forwarded-Scheme": "https"}, Said()),
        ({"X-Forwarded-Host": PUBLIC, "X-Forwarded-Proto": "http", "X-Forwarded-Port": "80"}, Said(None, PUBLIC)),
        ({"X-Forwarded-Host": PUBLIC, "X-Forwarded-Port": "8443"}, Said(None, f"{PUBLIC}:8443")),
        ({"Forwarded": f"proto=http;host={PUBLIC}"}, Said(None, PUBLIC)),
        ({"Forwarded": "proto=http", "X-Forwarded-For": "192.0.2.7"}, Said()),
    ],
)
def test_a_configured_scheme_is_not_asked_for(headers: dict[str, str], expected: Said) -> None:
    """With a configured scheme what a proxy within says of it, or of its own port, does not count."""
    assert said(headers, configured="https") == expected


@pytest.mark.parametrize(
    ("forwarded", "expected"),
    [
        ("for=192.0.2.7;proto=https;host=a.example, for=10.0.0.2;proto=http;host=b", Said("https", "a.example")),
        ("host=evil.example, for=192.0.2.7;host=a.example, for=10.0.0.2;host=b", Said(None, "a.example")),
        ("for=192.0.2.7;proto=https, for=10.0.0.2;host=b.example;proto=http", Said("https", "b.example")),
        ("for=192.0.2.7;host=a.example, for=192.0.2.8;host=b.example", Said(None, "b.example")),
        ("for=_edge;host=a.example, for=_inner;host=b.example", Said(None, "b.example")),
        ('for=192.0.2.7;host=a.example, for="[2001:db8::2]:99";host=b.example', Said(None, "a.example")),
    ],
)
def test_a_chain_of_listed_proxies(forwarded: str, expected: Said) -> None:
    """The element of the outermost proxy that is listed counts; what stands before it is the client's."""
    assert said({"Forwarded": forwarded}, LISTED) == expected


@pytest.mark.parametrize(
    ("trust", "peer", "forwarded", "address"),
    [
        (False, "10.0.0.1", "203.0.113.7", "10.0.0.1"),
        (True, "10.0.0.1", "203.0.113.7", "203.0.113.7"),
        (True, "10.0.0.1", "198.51.100.1, 203.0.113.7", "203.0.113.7"),
        (True, "10.0.0.1", "", "10.0.0.1"),
        (LISTED, "10.0.0.1", "198.51.100.1, 203.0.113.7, 10.0.0.2", "203.0.113.7"),
        (LISTED, "192.0.2.1", "203.0.113.7", "192.0.2.1"),
        (LISTED, "10.0.0.1", "10.0.0.3", "10.0.0.3"),
        (True, "10.0.0.1", "203.0.113.7:4711", "203.0.113.7"),
        (True, "10.0.0.1", "[2001:db8::7]:4711", "2001:db8::7"),
        (LISTED, "2001:db8::1", "198.51.100.1:1, 203.0.113.7:2, 10.0.0.2:3, [2001:db8::1]:4", "203.0.113.7"),
        (LISTED, "10.0.0.1", "198.51.100.1, unknown, 10.0.0.2", "unknown"),
    ],
)
def test_address_of_a_request(trust: Trust, peer: str, forwarded: str, address: str) -> None:
    """Limits and audit count the nearest address that is no trusted proxy; nobody can choose it by a header."""
    elements = ", ".join(f'for="{hop.strip()}"' for hop in forwarded.split(",") if hop)

    for headers in (
        {"X-Forwarded-For": f"{forwarded}, , "},
        {"Forwarded": elements},
        {"X-Forwarded-For": forwarded, "Forwarded": elements},
    ):
        assert Proxies(trust).client_address(headers, peer) == address


@pytest.mark.parametrize("forwarded", ["for=198.51.100.99", "for=198.51.100.99, for=10.0.0.2"])
def test_address_that_is_told_in_two_ways(forwarded: str) -> None:
    """Where the two languages differ the client wrote one of them, and is counted with the proxy."""
    headers = {"X-Forwarded-For": "203.0.113.7", "Forwarded": forwarded}

    assert Proxies(LISTED).client_address(headers, "10.0.0.1") == "10.0.0.1"


def test_address_beside_an_unreadable_header() -> None:
    """A header that cannot be read says nothing."""
    headers = {"X-Forwarded-For": "203.0.113.7", "Forwarded": 'for="'}

    assert Proxies(LISTED).client_address(headers, "10.0.0.1") == "203.0.113.7"
