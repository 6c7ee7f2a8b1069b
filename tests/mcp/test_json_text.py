"""Tests of mxcp_flask.mcp.json_text."""

from __future__ import annotations

from typing import Any

import pytest

from mxcp_flask.errors import NotJson
from mxcp_flask.mcp.json_text import MAX_DEPTH, decode, encode, encode_text


def nested(depth: int) -> bytes:
    """Return ``depth`` arrays within each other, a number in the innermost."""
    return b"[" * depth + b"1" + b"]" * depth


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "Expecting value"),
        (b"{", "Expecting property name"),
        (b"{} {}", "Extra data"),
        (b"{'a': 1}", "Expecting property name"),
        (b"\xef\xbb\xbf{}", "BOM"),
        (b'"\xff"', "byte 1 is not UTF-8"),
        ('{"a": 1}'.encode("utf-16"), "not UTF-8"),
        (b'"\xed\xa0\x80"', "not UTF-8"),
        (b"[NaN]", "NaN is no JSON number"),
        (b"[-Infinity]", "-Infinity is no JSON number"),
        (b"1" * 5000, "Exceeds the limit"),
        (b'"\x00"', "Invalid control character"),
        (rb'{"a": ["\ud800"]}', "surrogate"),
        (rb'{"\uDFFF": 1}', "surrogate"),
        (nested(MAX_DEPTH + 1), "nest more than 100 deep"),
        (b'{"a":' * 101 + b"1" + b"}" * 101, "nest more than 100 deep"),
        (nested(100_000), "nest more than 100 deep"),
        (b"[" * 100_000, "nest more than 100 deep"),
    ],
)
def test_what_is_not_json_is_refused_with_its_reason(body: bytes, reason: str) -> None:
    """No body may get past the decoder, or out of it as anything but NotJson."""
    with pytest.raises(NotJson, match=reason):
        decode(body)


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (rb'"\ud83d\ude00"', "\N{GRINNING FACE}"),
        (rb'"\\ud800"', "\\ud800"),
        (b'{"a": 1, "a": 2}', {"a": 2}),
        (b" [1, 2.5, null, true]\n", [1, 2.5, None, True]),
        (b'"' + b"[" * 500 + b'"', "[" * 500),
        (b"[" + b"[],[1]," * 500 + b"{}]", [[], [1]] * 500 + [{}]),
    ],
)
def test_json_is_decoded(body: bytes, value: Any) -> None:
    """What only looks like a fault must be read."""
    assert decode(body) == value


def test_the_greatest_depth_is_decoded() -> None:
    """The limit itself must still be allowed."""
    assert encode(decode(nested(MAX_DEPTH))) == nested(MAX_DEPTH)


def test_encoding_is_compact_utf8() -> None:
    """Text must stay readable, and blanks must not be sent."""
    assert encode({"a": ["é", None]}) == '{"a":["é",null]}'.encode()


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_numbers_that_json_lacks_are_not_encoded(value: float) -> None:
    """NaN and infinities must fail here, not at the client."""
    with pytest.raises(ValueError, match="Out of range"):
        encode_text([value])
