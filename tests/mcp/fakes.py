"""A database that answers what a test told it to, and a small catalogue of tools."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mxcp_flask.endpoints.catalogue import Catalogue
from mxcp_flask.endpoints.model import Parameter, Tool
from mxcp_flask.engine import Rows, Sink
from mxcp_flask.records import Identity


@dataclass
class FakeDatabase:
    """Stands in for ``engine.Database``: every session runs into ``answer``, and ``calls`` remembers what was asked."""

    answer: Rows | Exception = Rows(("id",), [(1,), (2,)])  # noqa: RUF009 - frozen
    calls: list[tuple[Identity, str, Mapping[str, Any]]] = field(default_factory=list)
    open_sessions: int = 0
    alive: Callable[[], bool] | None = None

    @contextmanager
    def session(self, identity: Identity, *, alive: Callable[[], bool] | None = None) -> Iterator[FakeSession]:
        """Open a session as ``identity``; ``alive`` is kept."""
        self.open_sessions += 1
        self.alive = alive
        try:
            yield FakeSession(self, identity)
        finally:
            self.open_sessions -= 1


@dataclass
class FakeSession:
    """Stands in for ``engine.Session``."""

    database: FakeDatabase
    identity: Identity
    sink: Sink | None = None

    def run(self, sql: str, parameters: Mapping[str, Any]) -> Rows:
        """Answer an endpoint's SQL."""
        self.database.calls.append((self.identity, sql, parameters))
        if isinstance(self.database.answer, Exception):
            raise self.database.answer
        return self.database.answer

    def steps(self, sql: str, parameters: Mapping[str, Any]) -> Generator[tuple[int, int], None, Rows]:
        """Answer an endpoint's SQL, of which each semicolon ends a statement."""
        total = sql.count(";")
        for done in range(1, total + 1):
            yield done, total
        return self.run(sql, parameters)

    def run_single(self, sql: str) -> Rows:
        """Answer SQL that a model wrote."""
        return self.run(f"single: {sql}", {})


def tool(name: str, **facts: Any) -> Tool:
    """Return a tool without parameters, unless ``facts`` say otherwise."""
    return Tool(**{"name": name, "path": Path(f"tools/{name}.yml"), "sql": f"FROM {name}", **facts})


def arguments_schema(**properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of arguments with ``properties``, of which those without a default are required."""
    required = [name for name, schema in properties.items() if "default" not in schema]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


TOP = {"type": "integer", "maximum": 50, "default": 5}
ORDER = {"type": "object", "properties": {"id": {"type": "integer"}}}
TOOLS = (
    tool(
        "orders",
        description="Orders of the caller",
        parameters=(Parameter("top", TOP, has_default=True, default=5),),
        input_schema=arguments_schema(top=TOP),
    ),
    tool("order_count", returns={"type": "integer"}, output_schema={"type": "integer"}),
    tool(
        "newest_order",
        returns=ORDER,
        output_schema=ORDER,
        annotations={"title": "Newest order", "readOnlyHint": True},
    ),
    tool("delete_orders", required_scopes=("shop:write", "shop:admin")),
    tool(
        "execute_sql_query",
        single_statement=True,
        parameters=(Parameter("sql", {"type": "string"}),),
        input_schema=arguments_schema(sql={"type": "string"}),
    ),
)
CATALOGUE = Catalogue(tools={tool.name: tool for tool in TOOLS}, faults=(), warnings=(), found=())
