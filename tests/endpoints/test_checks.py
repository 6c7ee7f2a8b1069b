"""Tests of the words in which a schema's refusals are told."""

from __future__ import annotations

from typing import Any

import pytest

from mxcp_flask.endpoints.checks import Check, find_faults, quote


@pytest.mark.parametrize(
    ("value", "factor", "fits"),
    [
        (19.99, 0.01, True),
        (0.3, 0.1, True),
        (9, 3, True),
        (1e300, 0.5, True),
        (10, 3, False),
        (0.35, 0.1, False),
    ],
)
def test_multiples_are_decimal(value: float, factor: float, *, fits: bool) -> None:
    """A multiple is judged by the numbers as they are written."""
    assert Check({"multipleOf": factor}).is_valid(value) is fits


@pytest.mark.parametrize(
    ("name", "fault"),
    [("", "a[1].b: must be a number (got null)"), ("p", "p.a[1].b: must be a number (got null)")],
)
def test_places(name: str, fault: str) -> None:
    """A place is spelled as in most languages, below the value's name if it has one."""
    number = {"type": "object", "properties": {"b": {"type": "number"}}}
    schema = {"type": "object", "properties": {"a": {"type": "array", "items": number}}}

    assert list(find_faults(Check(schema), {"a": [{"b": 1}, {"b": None}]}, schema, name)) == [fault]


def test_one_sentence_for_all_missing_properties() -> None:
    """Properties that are missing together are named together."""
    schema = {"type": "object", "required": ["a", "b", "c"]}

    assert list(find_faults(Check(schema), {"b": 1}, schema)) == ["lacks a, c"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [("ä", '"ä"'), (None, "null"), ([1], "[1]"), ("\ud800", '"?"'), ("x" * 99, '"' + "x" * 58 + "…")],
)
def test_quote(value: Any, expected: str) -> None:
    """A value is shown as JSON, cut to 60 characters, in text that can be written anywhere."""
    assert quote(value) == expected
