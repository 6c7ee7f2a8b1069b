"""Tests of the way from DuckDB's types to JSON, and of the check of results against what is declared."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from mxcp_flask.endpoints.shaping import shape
from mxcp_flask.engine import Database, DatabaseSettings
from mxcp_flask.errors import ResultMismatch
from mxcp_flask.records import ANONYMOUS
from tests.endpoints.helpers import make_tool

Query = Callable[[str], tuple[Sequence[str], Sequence[Sequence[Any]]]]

# An expression, the definition of its type, and the JSON value that comes out.
VALUES: list[tuple[str, dict[str, Any], Any]] = [
    ("DATE '2024-01-01'", {"type": "string", "format": "date"}, "2024-01-01"),
    ("TIME '01:02:03.5'", {"type": "string", "format": "time"}, "01:02:03.500000"),
    ("TIMETZ '01:02:03+02'", {"type": "string", "format": "time"}, "01:02:03+02:00"),
    ("TIMESTAMP '2024-01-01 02:03:04'", {"type": "string", "format": "date-time"}, "2024-01-01T02:03:04"),
    ("TIMESTAMP_NS '2024-01-01 00:00:00.123456789'", {"type": "string"}, "2024-01-01T00:00:00.123456"),
    ("INTERVAL '1 day 2 hours'", {"type": "string", "format": "duration"}, "P1DT2H"),
    ("INTERVAL (-90) SECOND", {"type": "string", "format": "duration"}, "-PT1M30S"),
    ("'\\xAA\\x00'::BLOB", {"type": "string"}, "qgA="),
    ("'101'::BIT", {"type": "string"}, "101"),
    ("'f0a1b2c3-0000-4000-8000-000000000001'::UUID", {"type": "string"}, "f0a1b2c3-0000-4000-8000-000000000001"),
    ("'a'::ENUM('a', 'b')", {"type": "string", "enum": ["a", "b"]}, "a"),
    ("1.10::DECIMAL(10, 2)", {"type": "number", "multipleOf": 0.01}, 1.1),
    ("12::DECIMAL(10, 0)", {"type": "integer"}, 12),
    ("12345678901234567890::DECIMAL(38, 0)", {"type": "integer"}, 12345678901234567890),
    ("(2::HUGEINT ** 100)::HUGEINT", {"type": "integer"}, 2**100),
    ("'NaN'::DOUBLE", {"type": "number"}, None),
    ("'-inf'::FLOAT", {"type": "number"}, None),
    ("union_value(n := 5)", {"type": "integer"}, 5),
    ("[1, NULL]", {"type": "array", "items": {"type": "integer"}}, [1, None]),
    ("[[DATE '2024-01-01']]", {"type": "array", "items": {"type": "array"}}, [["2024-01-01"]]),
    ("array_value(1, 2)", {"type": "array", "items": {"type": "integer"}}, [1, 2]),
    ("{'a': 1, 'b': [DATE '2024-01-01']}", {"type": "object"}, {"a": 1, "b": ["2024-01-01"]}),
    ("MAP {1: TRUE}", {"type": "object"}, {"1": True}),
    ("'{\"a\": [1]}'::JSON", {"type": "object", "properties": {"a": {"type": "array"}}}, {"a": [1]}),
    ("'[1]'::JSON", {"type": "array", "items": {"type": "integer"}}, [1]),
    ("['{\"a\": 1}'::JSON]", {"type": "array", "items": {"type": "object"}}, [{"a": 1}]),
    ("'[1]'::JSON", {"type": "string"}, "[1]"),
]


@pytest.fixture(scope="module")
def query(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Query]:
    """Return what gives the columns and rows of SQL."""
    database = Database(DatabaseSettings(path=tmp_path_factory.mktemp("results") / "data.duckdb"))

    def run(sql: str) -> tuple[Sequence[str], Sequence[Sequence[Any]]]:
        with database.session(ANONYMOUS) as session:
            rows = session.run(sql, {})
        return rows.columns, rows.rows

    yield run
    database.close()


@pytest.mark.parametrize(("expression", "definition", "expected"), VALUES)
def test_values(query: Query, expression: str, definition: dict[str, Any], expected: Any) -> None:
    """Each type of DuckDB becomes the JSON that its declared type asks for, and the published schema holds."""
    tool = make_tool(returns={"type": "object", "properties": {"v": definition}})

    value = shape(tool, *query(f"SELECT {expression} AS v"))

    assert json.loads(json.dumps(value)) == {"v": expected}
    assert tool.output_schema is not None
    Draft202012Validator.check_schema(tool.output_schema)
    Draft202012Validator(tool.output_schema).validate(value)


@pytest.mark.parametrize(
    ("expression", "definition", "fragment"),
    [
        ("'5'", {"type": "integer"}, "v: must be an integer"),
        ("1.5", {"type": "integer"}, "v: must be an integer (got 1.5)"),
        ("5", {"type": "string"}, "v: must be text"),
        ("'yesterday'", {"type": "string", "format": "date"}, "v: must be a date"),
        ("'c'", {"type": "string", "enum": ["a", "b"]}, 'v: must be one of "a", "b"'),
        ("-1", {"type": "integer", "minimum": 0}, "v: must be at least 0"),
        ("[1, 1]", {"type": "array", "uniqueItems": True}, "v: must not hold the same item twice"),
        ("['x']", {"type": "array", "items": {"type": "integer"}}, "v[0]: must be an integer"),
        ("{'b': 1}", {"type": "object", "required": ["a"]}, "v: lacks a"),
        ("'{'", {"type": "object"}, "v: must be an object"),
        ("'[1]'", {"type": "object"}, "v: must be an object"),
        ("'secret'", {"type": "integer", "sensitive": True}, "v: must be an integer"),
    ],
)
def test_values_that_do_not_fit(query: Query, expression: str, definition: dict[str, Any], fragment: str) -> None:
    """A value of another type is refused with its place, and shown unless it is sensitive."""
    tool = make_tool(returns={"type": "object", "properties": {"v": definition}})

    with pytest.raises(ResultMismatch) as caught:
        shape(tool, *query(f"SELECT {expression} AS v"))

    assert fragment in str(caught.value)
    assert "secret" not in str(caught.value)
