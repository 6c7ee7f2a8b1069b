"""Tests of mxcp_flask.endpoints.uris."""

from __future__ import annotations

import pytest

from mxcp_flask.endpoints.uris import match, variables


@pytest.mark.parametrize(
    ("template", "uri", "values"),
    [
        ("a://{x}", "a://1", {"x": "1"}),
        ("a://{x}/b/{y}", "a://1/b/2", {"x": "1", "y": "2"}),
        ("a://{x}.json", "a://1.2.json", {"x": "1.2"}),
        ("a://{x}", "a://a%20b%2Fc", {"x": "a b/c"}),
        ("a://{x}", "a://é", {"x": "é"}),
        ("a://{x}/{x}", "a://1/1", {"x": "1"}),
        ("a://{x}/{x}", "a://1/2", None),
        ("a://b", "a://b", {}),
        ("a://{x}", "a://", None),
        ("a://{x}", "a://1/2", None),
        ("a://{x}", "a://1?q", None),
        ("a://{x}", "a://1#f", None),
        ("a://{x}", "A://1", None),
        ("a://{x}", "a://%ff", None),
        ("a://.{x}", "a://b1", None),
    ],
)
def test_a_variable_is_a_part_of_one_segment(template: str, uri: str, values: dict[str, str] | None) -> None:
    """What stands between the fixed parts must come out decoded, and nothing else must match."""
    assert match(template, uri) == values


def test_variables_are_named_once_in_order() -> None:
    """Each must be declared as a parameter once."""
    assert variables("a://{y}/{x}/{y}") == ("y", "x")
