"""OAuth requests as plain values."""

from __future__ import annotations

import pytest
from authlib.oauth2.rfc6749 import InvalidRequestError
from authlib.oauth2.rfc6749.errors import InsecureTransportError

from mxcp_flask.oauth.requests import LONGEST_VALUE, PlainRequest, single_values


def test_query_and_form_are_kept_apart() -> None:
    """A GET request has no form and a POST request no query, so nothing is taken from the wrong place."""
    sent = {"client_id": "x"}
    get = PlainRequest("GET", "https://mcp.example/authorize", sent, {})
    post = PlainRequest("POST", "https://mcp.example/token", sent, {})

    assert (get.args, get.form) == (sent, {})
    assert (post.args, post.form) == ({}, sent)
    assert get.payload.client_id == post.payload.client_id == "x"


def test_parameters_are_copied() -> None:
    """What Authlib does to a request does not reach the caller's own mapping."""
    sent = {"client_id": "x"}
    PlainRequest("GET", "https://mcp.example/authorize", sent, {}).parameters["client_id"] = "y"

    assert sent == {"client_id": "x"}


@pytest.mark.parametrize("url", ["http://mcp.example/token", "http://localhost@evil.example/token", "", "x"])
def test_transport_must_be_secure(url: str) -> None:
    """Without TLS only loopback is served (RFC 6749 §1.6)."""
    with pytest.raises(InsecureTransportError):
        PlainRequest("POST", url, {}, {})


@pytest.mark.parametrize("url", ["https://mcp.example/token", "http://localhost:8000/token", "http://[::1]/token"])
def test_loopback_needs_no_tls(url: str) -> None:
    """TLS and loopback are served."""
    assert PlainRequest("POST", url, {}, {}).uri == url


def test_values_come_once() -> None:
    """Parameters keep their text; those without a value count as omitted."""
    assert single_values([("a", " 1 "), ("b", ""), ("", "x")]) == {"a": " 1 ", "": "x"}
    assert single_values([]) == {}


@pytest.mark.parametrize(
    "pairs",
    [
        [("a", "1"), ("a", "1")],
        [("a", "1"), ("a", "")],
        [("a", ""), ("a", "1")],
        [("a", ""), ("a", "")],
        [("a", "x" * (LONGEST_VALUE + 1))],
        [("x" * (LONGEST_VALUE + 1), "a")],
        [(str(number), "x") for number in range(41)],
    ],
)
def test_repeated_long_and_many_parameters_are_refused(pairs: list[tuple[str, str]]) -> None:
    """A parameter that is repeated, even empty, or too long, or one too many, makes the request invalid."""
    with pytest.raises(InvalidRequestError):
        single_values(pairs)


def test_longest_and_most() -> None:
    """The limits themselves are allowed."""
    pairs = [(str(number), "x" * LONGEST_VALUE) for number in range(40)]

    assert single_values(pairs) == dict(pairs)
