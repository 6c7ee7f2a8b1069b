"""Tests of RFC 7239's header."""

from __future__ import annotations

import pytest

from mxcp_flask.web.forwarded import Element, address_of, parse


@pytest.mark.parametrize(
    ("header", "elements"),
    [
        ("", []),
        (" , ,", []),
        ("for=192.0.2.60;proto=http;by=203.0.113.43", [Element("192.0.2.60", None, "http")]),
        ('For="[2001:db8:cafe::17]:4711"', [Element("[2001:db8:cafe::17]:4711")]),
        ("for=192.0.2.43, for=198.51.100.17", [Element("192.0.2.43"), Element("198.51.100.17")]),
        ('for="_gazonk"', [Element("_gazonk")]),
        ("for=unknown;HOST=mcp.example.org", [Element("unknown", "mcp.example.org")]),
        ("for=_hidden, for=_SEVKISEK", [Element("_hidden"), Element("_SEVKISEK")]),
        ('host="mcp.example.org:8443";proto=https', [Element(None, "mcp.example.org:8443", "https")]),
        ("host=mcp.example.org:8443", [Element(None, "mcp.example.org:8443")]),
        (r'for="a\"b\\c"', [Element('a"b\\c')]),
        ('for=a ; proto=https ,\tfor="b, for=c;"', [Element("a", None, "https"), Element("b, for=c;")]),
        (";for=a;;", [Element("a")]),
        ("secret=egah2CGj55fSJFs4", [Element()]),
        ("for=a,,for=b", [Element("a"), Element("b")]),
    ],
)
def test_elements(header: str, elements: list[Element]) -> None:
    """Quoted values, names in any case, hidden names, unknown parameters and empty elements are read."""
    assert parse(header) == elements


@pytest.mark.parametrize(
    "header",
    [
        *("for", "for=", "=a", "for=a b", "for==a", 'for="a', 'for="a" b', 'for="a"b', "for=a;for=b", "for=a;FOR=b"),
        *('for="\x00"', "for=é", "for = a", "192.0.2.1", 'for="a\\', ", ".join(["for=a"] * 300), "for=a;" * 300),
    ],
)
def test_what_is_no_forwarded_header(header: str) -> None:
    """Whatever does not have the form of RFC 7239 §4, or is far too long, is nothing at all."""
    assert parse(header) is None


def test_an_open_quote_takes_nothing_with_it() -> None:
    """A client's open quote makes the whole header unreadable; it does not hide what the proxy added."""
    assert parse('for="1.2.3.4, for=192.0.2.7;proto=https') is None


@pytest.mark.parametrize(
    ("node", "address"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("192.0.2.7:4711", "192.0.2.7"),
        ("2001:db8::7", "2001:db8::7"),
        ("[2001:db8::7]", "2001:db8::7"),
        ("[2001:db8::7]:4711", "2001:db8::7"),
        ("[2001:db8::7]:_port", "2001:db8::7"),
        ("unknown", "unknown"),
        ("_hidden", "_hidden"),
        ("_hidden:_port", "_hidden"),
    ],
)
def test_address(node: str, address: str) -> None:
    """A node's address comes without port and brackets."""
    assert address_of(node) == address
