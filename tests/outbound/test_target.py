"""Tests of mxcp_flask.outbound.target."""

from __future__ import annotations

import pytest

from mxcp_flask.errors import OutboundRefused
from mxcp_flask.outbound.target import Target, parse

ALLOWED = frozenset({"localhost", "[::1]"})


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://docs.test/a/b?c=d&e", Target("https", "docs.test", 443, "/a/b?c=d&e")),
        ("https://docs.test", Target("https", "docs.test", 443, "/")),
        ("https://docs.test?c", Target("https", "docs.test", 443, "/?c")),
        ("https://docs.test:443/", Target("https", "docs.test", 443, "/")),
        ("HTTPS://Docs.Test/A", Target("https", "docs.test", 443, "/A")),
        ("https://docs.test/@x/%41", Target("https", "docs.test", 443, "/@x/%41")),
        ("https://[2606:4700::1111]/", Target("https", "[2606:4700::1111]", 443, "/")),
        ("https://localhost:8443/a", Target("https", "localhost", 8443, "/a")),
        ("http://LOCALHOST:8000/a", Target("http", "localhost", 8000, "/a")),
        ("http://[::1]/a", Target("http", "[::1]", 80, "/a")),
    ],
)
def test_url_is_read(url: str, target: Target) -> None:
    """A URL that may be fetched is read into its parts."""
    assert parse(url, ALLOWED) == target


@pytest.mark.parametrize(
    "url",
    [
        "",
        "docs.test",
        "//docs.test/",
        "https:docs.test",
        "https:/docs.test/",
        "https:///x",
        "https://:443/",
        "http://docs.test/",
        "ftp://docs.test/",
        "file:///etc/passwd",
        "gopher://localhost/",
        "data:text/plain,x",
        "https://me@docs.test/",
        "https://me:word@docs.test/",
        "https://docs.test\\@evil.test/",
        "https://@docs.test/",
        "https://docs.test/#x",
        "https://docs.test#x",
        "https://docs.test:80/",
        "https://docs.test:8443/",
        "https://docs.test:0/",
        "https://docs.test:65979/",
        "https://docs.test:/",
        "https://docs.test:443:1/",
        "https://docs.test:\uff14\uff14\uff13/",
        "https://döcs.test/",
        "https://docs。test/",
        "https://docs.test/ü",
        " https://docs.test/",
        "https://docs.test/ x",
        "https://docs.test/\r\nHost: x",
        "https://docs.test/\n",
        "ht\ntps://docs.test/",
        "https://docs.te\tst/",
        "https://docs.test/\x00",
        "https://docs.test/<x>",
        "https://[::1/",
        "https://[fe80::1%25eth0]/",
        "https://[docs.test]/",
        "https://docs%2etest/",
        "https://localhost.:8443/",
        "https://sub.localhost:8443/",
        "https://localhost:99999/",
        "https://localhost:0/",
        "http://127.0.0.1/",
    ],
)
def test_url_is_refused(url: str) -> None:
    """Any other URL is refused before anything is resolved."""
    with pytest.raises(OutboundRefused):
        parse(url, ALLOWED)


@pytest.mark.parametrize(
    "url",
    [
        "https://me:hush@docs.test/?key=hush#hush",
        "https://docs.test:8443/x?key=hush",
        "https:\\\\me:hush@docs.test",
        "me:hu/sh@x@docs.test",
        "http://docs.test/?hush",
    ],
)
def test_refusal_shows_no_secret(url: str) -> None:
    """The message names the URL without user information and query."""
    with pytest.raises(OutboundRefused) as caught:
        parse(url, ())

    assert "hush" not in str(caught.value)
    assert "sh@" not in str(caught.value)
    assert "docs.test" in str(caught.value)


def test_refusal_is_one_short_line() -> None:
    """Control characters and great lengths do not get into the message."""
    with pytest.raises(OutboundRefused) as caught:
        parse("https://docs.test/\n\x1b[2J" + "x" * 1000, ())

    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    ("url", "authority"),
    [
        ("https://docs.test/", "docs.test"),
        ("https://localhost:8443/", "localhost:8443"),
        ("http://[::1]:80/", "[::1]"),
        ("http://[::1]:443/", "[::1]:443"),
    ],
)
def test_authority(url: str, authority: str) -> None:
    """The Host header has the port unless it is the scheme's own."""
    assert parse(url, ALLOWED).authority == authority
