"""Tests of how parameters are read, in an application with one view for each reader."""

from __future__ import annotations

import io
from contextlib import AbstractContextManager

import pytest
from authlib.oauth2.rfc6749 import InvalidRequestError
from flask import Flask

from mxcp_flask.errors import RequestStalled, RequestTooLarge
from mxcp_flask.oauth.requests import LONGEST_VALUE
from mxcp_flask.web import forms

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def bare() -> Flask:
    """Return an application without routes: the readers only need a request."""
    return Flask("bare")


@pytest.mark.parametrize(
    ("query", "parameters"),
    [
        ("", {}),
        ("a=1&b=2", {"a": "1", "b": "2"}),
        ("a=%C3%A9+x%2B", {"a": "é x+"}),
        ("a=&b", {}),
        ("a=1;b=2", {"a": "1;b=2"}),
        ("a[]=1", {"a[]": "1"}),
    ],
)
def test_query(bare: Flask, query: str, parameters: dict[str, str]) -> None:
    """Parameters are urlencoded UTF-8; one without a value counts as omitted (RFC 6749 §3.1)."""
    with bare.test_request_context("/", query_string=query):
        assert forms.query_parameters() == parameters


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("a=1&a=1", "repeated"),
        ("a=&a=1", "repeated"),
        ("a=%ff", "UTF-8"),
        ("a=%ed%a0%80", "UTF-8"),
        ("%ff=1", "UTF-8"),
        ("&".join(f"p{number}=1" for number in range(41)), "Too many"),
        ("&".join(f"p{number}=1" for number in range(500)), "urlencoded"),
        ("a=" + "x" * (LONGEST_VALUE + 1), "too long"),
        ("x" * (LONGEST_VALUE + 1) + "=", "too long"),
    ],
)
def test_unusable_query(bare: Flask, query: str, words: str) -> None:
    """What could be read in two ways, or without end, is refused."""
    with bare.test_request_context("/", query_string=query), pytest.raises(InvalidRequestError, match=words):
        forms.query_parameters()


def test_raw_bytes_in_query(bare: Flask) -> None:
    """Bytes that no client may send are refused when they are no UTF-8."""
    raw = bare.test_request_context("/", environ_overrides={"QUERY_STRING": "a=\xff"})
    with raw, pytest.raises(InvalidRequestError, match="UTF-8"):
        forms.query_parameters()


def test_largest_query(bare: Flask) -> None:
    """Forty parameters, and values of 4096 characters, are read."""
    query = "&".join(f"p{number}={'x' * LONGEST_VALUE}" for number in range(40))
    with bare.test_request_context("/", query_string=query):
        assert len(forms.query_parameters()) == 40


@pytest.mark.parametrize("content_type", [FORM, f"{FORM}; charset=utf-8", FORM.upper()])
def test_body(bare: Flask, content_type: str) -> None:
    """A form's content type may carry parameters and any case."""
    with bare.test_request_context("/", method="POST", data=b"a=1", content_type=content_type):
        assert forms.body_parameters() == {"a": "1"}


@pytest.mark.parametrize(
    "content_type", [None, "", "application/json", "text/plain", "multipart/form-data; boundary=x", "a"]
)
def test_body_of_another_type(bare: Flask, content_type: str | None) -> None:
    """Only a urlencoded form is a form."""
    other = bare.test_request_context("/", method="POST", data=b"a=1", content_type=content_type)
    with other, pytest.raises(InvalidRequestError, match="urlencoded"):
        forms.body_parameters()


def test_query_beside_a_body(bare: Flask) -> None:
    """``body_parameters`` refuses a query; ``posted_page`` does not look at it."""
    with bare.test_request_context("/?b=2", method="POST", data=b"a=1", content_type=FORM):
        with pytest.raises(InvalidRequestError, match="not into the query"):
            forms.body_parameters()

        assert forms.posted_page() == {"a": "1"}


def test_largest_body(bare: Flask) -> None:
    """A body of exactly the limit is read, and one byte more is not."""
    with bare.test_request_context("/", method="POST", data=b"12345"):
        assert forms.read_body(5) == b"12345"
    with bare.test_request_context("/", method="POST", data=b"123456"), pytest.raises(RequestTooLarge):
        forms.read_body(5)


def test_chunked_body_is_limited_too(bare: Flask) -> None:
    """A body without Content-Length, as a server hands on chunks, is refused at the limit and never read in part."""
    chunked = {"wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
    with bare.test_request_context("/", method="POST", data=b"12345", environ_overrides=chunked):
        assert forms.read_body(5) == b"12345"
    over = bare.test_request_context("/", method="POST", data=b"123456", environ_overrides=chunked)
    with over, pytest.raises(RequestTooLarge):
        forms.read_body(5)


@pytest.mark.parametrize("own", [3, 5, 100])
def test_server_takes_less_than_a_form_may_have(own: int) -> None:
    """The smaller of the form's limit and the server's counts."""
    app, smallest = Flask("small"), min(own, 5)
    app.config["MAX_CONTENT_LENGTH"] = own
    with app.test_request_context("/", method="POST", data=b"1" * smallest):
        assert forms.read_body(5) == b"1" * smallest
    over = app.test_request_context("/", method="POST", data=b"1" * (smallest + 1))
    with over, pytest.raises(RequestTooLarge, match=f"larger than {smallest} bytes"):
        forms.read_body(5)


def test_body_that_ends_early(bare: Flask) -> None:
    """A body that stops before its announced end is no request, and says so."""
    cut = bare.test_request_context("/", method="POST", data=b"123", environ_overrides={"CONTENT_LENGTH": "10"})
    with cut, pytest.raises(RequestStalled):
        forms.read_body(20)


class Slow(io.RawIOBase):
    """A body that comes in pieces, and ends with ``error`` if there is one."""

    def __init__(self, *pieces: bytes, error: OSError | None = None) -> None:
        self.pieces = list(pieces)
        self.error = error

    def read(self, size: int = -1) -> bytes:
        """Return a piece, whatever was asked for, and nothing after the last one."""
        if self.pieces:
            return self.pieces.pop(0)[:size]
        if self.error:
            raise self.error
        return b""


def slow_body(bare: Flask, body: Slow, told: str = "5") -> AbstractContextManager[object]:
    """Return a request whose body comes slowly."""
    return bare.test_request_context("/", method="POST", environ_overrides={"wsgi.input": body, "CONTENT_LENGTH": told})


def test_body_in_pieces(bare: Flask) -> None:
    """A server may give less at once than was asked for; nothing beyond the announced end is taken."""
    body = Slow(b"12", b"34", b"5678")
    with slow_body(bare, body):
        assert forms.read_body(5) == b"12345"


@pytest.mark.parametrize("error", [None, TimeoutError(), ConnectionResetError()])
def test_body_that_stalls(bare: Flask, error: OSError | None) -> None:
    """A body that ends or breaks off between two pieces is no request, and nothing of it is used."""
    with slow_body(bare, Slow(b"12", error=error)), pytest.raises(RequestStalled):
        forms.read_body(5)


@pytest.mark.parametrize("told", ["9" * 5000, "9" * 19])
def test_size_beyond_measure(bare: Flask, told: str) -> None:
    """However large a number is announced, the answer is that the body is too large."""
    with slow_body(bare, Slow(b"12345"), told), pytest.raises(RequestTooLarge):
        forms.read_body(5)


@pytest.mark.parametrize(("told", "size"), [("005", 5), ("0" * 30 + "5", 5), ("0", 0), ("00", 0)])
def test_size_with_zeros(bare: Flask, told: str, size: int) -> None:
    """Zeros before a number change nothing."""
    with slow_body(bare, Slow(b"12345"), told):
        assert forms.read_body(5) == b"12345"[:size]
