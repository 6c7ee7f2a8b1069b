"""What is asked, and what a right answer says, however a server writes it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Result = dict[str, Any]
_OWNER = 7
_TOP = 1000
_PAGE = 500  # of a list, unless the site file says otherwise
_COLUMNS = {"id", "number", "price", "ratio", "title", "open", "day", "made", "code", "tags"}


@dataclass(frozen=True)
class Case:
    """One request, and whether a result is right."""

    name: str
    method: str
    params: Result
    is_right: Callable[[Result], bool]


def _lists_tools(result: Result) -> bool:
    return {"sum", "rows", "mixed"} <= {tool["name"] for tool in result["tools"]}


def _is_seven(result: Result) -> bool:
    return (_value_of(result), result["content"][0]["text"]) == (7, "7")


def _has_orders(result: Result) -> bool:
    rows = _value_of(result)
    titles = [f"order number {_OWNER + 1000 * number}" for number in range(20)]
    return [row["title"] for row in rows] == titles and {row["owner"] for row in rows} == {_OWNER}


def _has_mixed(result: Result) -> bool:
    rows = _value_of(result)
    expected = [(number, f"entry number {number}", number * 1_000_003) for number in range(_TOP)]
    return [(row["id"], row["title"], row["number"]) for row in rows] == expected and all(
        row.keys() == _COLUMNS and abs(row["ratio"] ** 2 - row["id"]) < 1e-6 for row in rows
    )


def _is_order(result: Result) -> bool:
    order = json.loads(result["contents"][0]["text"])
    return bool(order["id"] == _OWNER and order["title"] == f"order number {_OWNER}")


def _value_of(result: Result) -> Any:
    """Return what a tool returned; objects of one key ``result`` hold what is no object itself."""
    value = result["structuredContent"]
    return value["result"] if isinstance(value, dict) and value.keys() == {"result"} else value


def list_of(tools: int) -> Case:
    """Return the case of a list with so many tools, or of its first page."""
    return Case("tools/list", "tools/list", {}, lambda result: len(result["tools"]) == min(tools, _PAGE))


def mixed_of(top: int) -> Case:
    """Return the case of so many rows, whose last one is looked for in the text."""
    params = {"name": "mixed", "arguments": {"top": top}}
    return Case(
        f"{top:,} rows", "tools/call", params, lambda result: result["structuredContent"]["result"][-1]["id"] == top - 1
    )


LIST = Case("tools/list", "tools/list", {}, _lists_tools)
SUM = Case("sum", "tools/call", {"name": "sum", "arguments": {"a": 3, "b": 4}}, _is_seven)
ROWS = Case("20 rows", "tools/call", {"name": "rows", "arguments": {"owner": _OWNER}}, _has_orders)
MIXED = Case("1,000 rows", "tools/call", {"name": "mixed", "arguments": {"top": _TOP}}, _has_mixed)
READ = Case("resources/read", "resources/read", {"uri": f"shop://orders/{_OWNER}"}, _is_order)
ALL = (LIST, SUM, ROWS, MIXED, READ)
CORE = (LIST, SUM, ROWS)
