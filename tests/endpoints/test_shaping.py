"""Tests of the values that SQL results become."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from mxcp_flask.endpoints.shaping import shape
from mxcp_flask.errors import ResultMismatch
from tests.endpoints.helpers import make_tool

ORDERS = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "id": {"type": "integer", "minimum": 1},
            "at": {"type": "string", "format": "date-time"},
            "key": {"type": "string", "maxLength": 3, "sensitive": True},
        },
        "required": ["id"],
        "additionalProperties": False,
    },
}


@pytest.mark.parametrize(
    ("returns", "columns", "rows", "expected"),
    [
        (None, ["a"], [], []),
        (None, ["a", "b"], [(1, "x"), (2, None)], [{"a": 1, "b": "x"}, {"a": 2, "b": None}]),
        (None, ["a"], [(date(2024, 1, 2),)], [{"a": "2024-01-02"}]),
        ({"type": "array"}, ["a"], [(1,), (2,)], [{"a": 1}, {"a": 2}]),
        ({"type": "array", "items": {"type": "integer"}}, ["a"], [(1,), (None,)], [1, None]),
        ({"type": "array", "items": {"type": "object"}}, ["a"], [(1,)], [{"a": 1}]),
        ({"type": "object"}, ["a", "b"], [(1, [1, 2])], {"a": 1, "b": [1, 2]}),
        ({"type": "object", "properties": {"a": {"type": "number"}}}, ["a"], [(Decimal("1.5"),)], {"a": 1.5}),
        ({"type": "object", "properties": {"a": {"type": "object"}}}, ["a"], [(None,)], {"a": None}),
        ({"type": "integer"}, ["n"], [(3,)], 3),
        ({"type": "integer"}, ["n"], [(None,)], None),
        ({"type": "string", "format": "date"}, ["d"], [(date(2024, 1, 2),)], "2024-01-02"),
        ({"type": "string", "format": "timestamp"}, ["d"], [(datetime(2024, 1, 2),)], "2024-01-02T00:00:00"),
        ({"type": "number", "multipleOf": 0.01}, ["n"], [(Decimal("19.99"),)], 19.99),
        (
            ORDERS,
            ["id", "at"],
            [(1, datetime(2024, 1, 2, 3, 4)), (2, None)],
            [{"id": 1, "at": "2024-01-02T03:04:00"}, {"id": 2, "at": None}],
        ),
    ],
)
def test_shapes(returns: dict[str, Any] | None, columns: list[str], rows: list[tuple[Any, ...]], expected: Any) -> None:
    """Rows become the declared value, or a list of objects when nothing is declared."""
    assert shape(make_tool(returns=returns), columns, rows) == expected


@pytest.mark.parametrize(
    ("returns", "columns", "rows", "message"),
    [
        ({"type": "object"}, ["a"], [], "SQL query returned no rows"),
        ({"type": "object"}, ["a"], [(1,), (2,)], "SQL query returned multiple rows (2), but return type is 'object'"),
        ({"type": "string"}, ["a"], [], "SQL query returned no rows"),
        ({"type": "string"}, ["a"], [("x",)] * 3, "SQL query returned multiple rows (3), but return type is 'string'"),
        (
            {"type": "string"},
            ["a", "b"],
            [("x", "y")],
            "SQL query returned multiple columns (2), but return type is 'string'",
        ),
        ({"type": "integer"}, ["a"], [("5",)], 'must be an integer (got "5")'),
        ({"type": "boolean"}, ["a"], [(1,)], "must be true or false (got 1)"),
        ({"type": "array", "items": {"type": "integer"}}, ["a", "b"], [(1, 2)], "[0]: must be an integer"),
        (ORDERS, ["id"], [(1,), (0,)], "[1].id: must be at least 1 (got 0)"),
        (ORDERS, ["at"], [(None,)], "[0]: lacks id"),
        (ORDERS, ["id", "owner"], [(1, "x")], "[0]: does not know owner (known: at, id, key)"),
        (
            ORDERS,
            ["id", "at"],
            [(1, "noon")],
            '[0].at: must be a date and time such as 2024-12-31T23:59:00Z (got "noon")',
        ),
        (ORDERS, ["id", "key"], [(1, "secret")], "[0].key: must have at most 3 characters"),
    ],
)
def test_mismatches(returns: dict[str, Any], columns: list[str], rows: list[tuple[Any, ...]], message: str) -> None:
    """What does not fit is said with its place, and without values that are sensitive."""
    with pytest.raises(ResultMismatch) as caught:
        shape(make_tool(returns=returns), columns, rows)

    assert caught.value.facts["reason"] == message


def test_names_the_first_places_only() -> None:
    """A result that is wrong in every row is reported by its first three faults."""
    with pytest.raises(ResultMismatch) as caught:
        shape(make_tool(returns={"type": "array", "items": {"type": "integer"}}), ["a"], [("x",)] * 1000)

    assert caught.value.facts["reason"].count(";") == 2


@pytest.mark.parametrize(
    ("columns", "names"),
    [
        (["a", "a", "a"], ["a", "a_1", "a_2"]),
        (["a", "a_1", "a"], ["a", "a_1", "a_2"]),
        (["a", "a", "a_1"], ["a", "a_2", "a_1"]),
    ],
)
def test_repeated_columns_keep_their_values(columns: list[str], names: list[str]) -> None:
    """A column name that comes again gets a number that no other column has."""
    (record,) = shape(make_tool(), columns, [(1, 2, 3)])

    assert list(record.items()) == list(zip(names, (1, 2, 3), strict=True))


def test_lists_of_one_column() -> None:
    """A list of lists is one column of lists."""
    tool = make_tool(returns={"type": "array", "items": {"type": "array", "items": {"type": "integer"}}})

    assert shape(tool, ["v"], [([1, 2],), ("[3]",)]) == [[1, 2], [3]]
