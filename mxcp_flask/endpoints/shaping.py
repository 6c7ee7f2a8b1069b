"""Shape the rows of a SQL result into the value that an endpoint declares under ``return``."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any

from mxcp_flask.endpoints.cells import rows_to_json
from mxcp_flask.endpoints.checks import find_faults
from mxcp_flask.endpoints.json_columns import read_json_texts
from mxcp_flask.endpoints.json_values import to_json
from mxcp_flask.endpoints.model import SqlEndpoint
from mxcp_flask.endpoints.types import SCALARS, Definition
from mxcp_flask.errors import ResultMismatch

FAULTS_NAMED = 3


def shape(tool: SqlEndpoint, columns: Sequence[str], rows: Sequence[Sequence[Any]], *, checked: bool = True) -> Any:
    """Return the result as a JSON value.

    Without ``return``, or for an array: a list of objects, one a row; for an array of scalars or lists and one column,
    that column's values. For an object: the only row. For a scalar: the only value. Unless it is ``checked``, only the
    number of rows and columns has to fit.

    Raises:
        ResultMismatch: rows or columns are too many or missing, or a value does not fit its declared type.

    """
    if tool.returns is None:
        return records(columns, rows)
    value = _arrange(tool.returns, columns, rows)
    if tool.returns["type"] not in SCALARS:
        value = read_json_texts(tool.returns, value)
    if not checked:
        return value
    faults = list(islice(find_faults(tool.result_validator, value, tool.returns), FAULTS_NAMED))
    if faults:
        raise ResultMismatch(reason="; ".join(faults))
    return value


def _arrange(returns: Definition, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> Any:
    declared = returns["type"]
    if declared == "array":
        return _list(returns, columns, rows)
    _expect_one_row(declared, len(rows))
    if declared == "object":
        return records(columns, rows)[0]
    if len(columns) != 1:
        raise ResultMismatch(
            reason=f"SQL query returned multiple columns ({len(columns)}), but return type is '{declared}'"
        )
    return to_json(rows[0][0])


def _list(returns: Definition, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[Any]:
    if holds_values(returns, columns):
        return [value for (value,) in rows_to_json(rows)]
    return records(columns, rows)


def holds_values(returns: Definition, columns: Sequence[str]) -> bool:
    """Tell whether the items of an array are the values of its only column, and not objects."""
    return len(columns) == 1 and returns.get("items", {}).get("type") in (*SCALARS, "array")


def _expect_one_row(declared: str, count: int) -> None:
    if count == 0:
        raise ResultMismatch(reason="SQL query returned no rows")
    if count > 1:
        raise ResultMismatch(reason=f"SQL query returned multiple rows ({count}), but return type is '{declared}'")


def records(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
    """Return a JSON object for each row; columns of one name are numbered."""
    names = _distinct(columns)
    return [dict(zip(names, row, strict=True)) for row in rows_to_json(rows)]


def _distinct(columns: Sequence[str]) -> list[str]:
    names, taken = list[str](), set(columns)
    numbers: dict[str, int] = {}
    for column in columns:
        name = column
        while column in numbers and name in taken:
            name = f"{column}_{numbers[column]}"
            numbers[column] += 1
        numbers.setdefault(column, 1)
        taken.add(name)
        names.append(name)
    return names
