"""Comparing a result with what a test expects."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from mxcp_flask.endpoints.testing import failures

ADA = {"name": "ada", "age": 36, "tags": ["x"]}
BO = {"name": "bo", "age": 7, "tags": []}


@pytest.mark.parametrize(
    ("key", "wanted", "result"),
    [
        ("result", {"age": 36, "name": "ada", "tags": ["x"]}, ADA),
        ("result", [1, 2.0, None, "x"], [1.0, 2, None, "x"]),
        ("result", None, 5),
        ("result", [{"day": date(2026, 7, 28)}], [{"day": "2026-07-28"}]),
        ("result_contains", {"name": "ada"}, ADA),
        ("result_contains", {"name": "bo", "age": 7}, [ADA, BO]),
        ("result_contains", "b", ["a", "b"]),
        ("result_contains_item", {"name": "bo"}, [ADA, BO]),
        ("result_contains_item", 3, [1, 2, 3.0]),
        ("result_contains_all", [{"name": "bo"}, {"age": 36}], [ADA, BO]),
        ("result_contains_all", [], []),
        ("result_not_contains", ["password"], ADA),
        ("result_not_contains", ["password"], [ADA, BO]),
        ("result_length", 2, [ADA, BO]),
        ("result_length", 0, []),
        ("result_contains_text", "lo wo", "hello world"),
        ("result_contains_text", "ada", [ADA]),
        ("result_contains_text", 36, ADA),
        ("description", "no expectation", 5),
    ],
)
def test_what_is_expected_passes(key: str, wanted: Any, result: Any) -> None:
    """A result that has what is expected must have no failure."""
    assert failures({key: wanted}, result) == []


@pytest.mark.parametrize(
    ("key", "wanted", "result", "said"),
    [
        ("result", 1, True, "result: expected 1, got true"),
        ("result", 0, False, "result: expected 0, got false"),
        ("result", "1", 1, 'result: expected "1", got 1'),
        ("result", [1, 2], [1, 3], "result: [1]: expected 2, got 3"),
        ("result", [1, 2], [1], "result: expected 2 items, got 1"),
        ("result", {"a": {"b": [1]}}, {"a": {"b": [2]}}, "result: a.b[0]: expected 1, got 2"),
        ("result", {"a": 1}, {"a": 1, "b": 2}, "result: has b, which is not expected"),
        ("result", {"a": 1, "b": 2}, {"a": 1}, "result: lacks b"),
        ("result_contains", {"name": "bo"}, ADA, 'result_contains: name: expected "bo", got "ada"'),
        ("result_contains", {"size": 1}, ADA, "result_contains: lacks size"),
        ("result_contains", {"name": "cy"}, [ADA, BO], "result_contains: none of 2 items matches"),
        ("result_contains", {"name": "ada", "age": 7}, [ADA, BO], "result_contains: none of 2 items matches"),
        ("result_contains_item", {"name": "cy"}, [], "result_contains_item: none of 0 items matches"),
        ("result_contains_all", [{"name": "bo"}, {"name": "cy"}], [ADA, BO], "result_contains_all: none of 2 items"),
        ("result_not_contains", ["age"], ADA, "result_not_contains: the result has age"),
        ("result_not_contains", ["age"], [{}, ADA], "result_not_contains: the result has age"),
        ("result_length", 3, [ADA], "result_length: expected 3 items, got 1"),
        ("result_contains_text", "moon", "hello", 'result_contains_text: "moon" is not in "hello"'),
    ],
)
def test_what_is_not_expected_fails(key: str, wanted: Any, result: Any, said: str) -> None:
    """A result that lacks what is expected must be one sentence that says what differs, and where."""
    (sentence,) = failures({key: wanted}, result)

    assert sentence.startswith(said)


@pytest.mark.parametrize(
    ("key", "wanted", "result"),
    [
        ("result_contains", {"a": 1}, 5),
        ("result_contains", "a", "abc"),
        ("result_contains", "a", {"a": 1}),
        ("result_contains_item", 1, {"a": 1}),
        ("result_contains_all", [1], "1"),
        ("result_contains_all", 1, [1]),
        ("result_not_contains", ["a"], 5),
        ("result_not_contains", ["a"], [1]),
        ("result_length", 3, "abc"),
        ("result_length", 1, {"a": 1}),
    ],
)
def test_what_cannot_be_checked_fails(key: str, wanted: Any, result: Any) -> None:
    """An expectation that makes no sense for the result must fail rather than pass unseen."""
    (sentence,) = failures({key: wanted}, result)

    assert sentence.startswith(f"{key}: ")


def test_every_failure_is_told() -> None:
    """Several expectations that fail must be several sentences."""
    assert len(failures({"result_length": 2, "result_contains": 5, "result_contains_text": "1"}, [1])) == 2
