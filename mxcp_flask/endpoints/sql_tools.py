"""The built-in SQL tools: querying the database and exploring its schema.

They are tools like any other: listed, checked, shaped and guarded the same way. What ``execute_sql_query`` may run is
decided by the engine (``Session.run_single``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from mxcp_flask.documents import Fault
from mxcp_flask.endpoints.catalogue import Catalogue
from mxcp_flask.endpoints.model import Parameter, Tool
from mxcp_flask.endpoints.types import input_schema, output_schema

_HERE = Path(__file__)
_WRITES = {"readOnlyHint": False, "destructiveHint": True, "idempotentHint": False}
_LIST_TABLES = """
SELECT table_name AS name, table_type AS type
FROM information_schema.tables
WHERE table_catalog = current_database() AND table_schema = 'main'
ORDER BY name
"""
_TABLE_SCHEMA = """
SELECT column_name AS name, data_type AS type, is_nullable = 'YES' AS nullable
FROM information_schema.columns
WHERE table_catalog = current_database() AND table_schema = 'main' AND table_name = $table_name
ORDER BY ordinal_position
"""


def with_sql_tools(catalogue: Catalogue, required_scopes: tuple[str, ...] = (), *, write: bool = False) -> Catalogue:
    """Return ``catalogue`` with the built-in tools, which need ``required_scopes``.

    ``write`` says whether ``execute_sql_query`` may write. A project's tool of the same name becomes a fault.
    """
    taken = [catalogue.tools[name] for name in SQL_TOOLS if name in catalogue.tools]
    ours = {name: replace(tool, required_scopes=required_scopes) for name, tool in SQL_TOOLS.items()}
    if write:
        query = ours["execute_sql_query"]
        ours[query.name] = replace(query, annotations={**query.annotations, **_WRITES})
    return replace(
        catalogue,
        tools=dict(sorted({**catalogue.tools, **ours}.items())),
        faults=(*catalogue.faults, *map(_name_taken, taken)),
    )


def is_built_in(tool: Tool) -> bool:
    """Tell whether ``tool`` is one of these, and not the project's own."""
    return tool.path == _HERE


def _name_taken(tool: Tool) -> Fault:
    message = f"{tool.name} is the name of a built-in SQL tool; choose another, or set sql_tools.enabled: false"
    return Fault(tool.path, None, "tool.name", message)


def _tool(name: str, title: str, description: str, sql: str, argument: tuple[str, str] | None, **more: Any) -> Tool:
    definitions = {argument[0]: {"type": "string", "description": argument[1]}} if argument else {}
    returns: Mapping[str, Any] = {"type": "array", "items": {"type": "object"}}
    return Tool(
        name=name,
        path=_HERE,
        sql=sql,
        description=description,
        parameters=tuple(Parameter(key, definition) for key, definition in definitions.items()),
        returns=returns,
        annotations={
            "title": title,
            "readOnlyHint": True,
            "destructiveHint": False,
            "idempotentHint": True,
            "openWorldHint": False,
        },
        input_schema=input_schema(definitions, required=tuple(definitions)),
        output_schema=output_schema(returns),
        **more,
    )


SQL_TOOLS: Mapping[str, Tool] = {
    tool.name: tool
    for tool in (
        _tool(
            "execute_sql_query",
            "SQL query",
            "Run one SQL statement on the DuckDB database and return its rows. list_tables says what there is.",
            "",
            ("sql", "One statement in DuckDB's SQL."),
            single_statement=True,
        ),
        _tool("list_tables", "List tables", "List the tables and views of the DuckDB database.", _LIST_TABLES, None),
        _tool(
            "get_table_schema",
            "Table schema",
            "List the columns of a table or view of the DuckDB database: name, type, and whether it may be null.",
            _TABLE_SCHEMA,
            ("table_name", "The name of the table or view, as list_tables gives it."),
        ),
    )
}
