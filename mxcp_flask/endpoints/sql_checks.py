"""Hold the SQL of an endpoint against what its file declares."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from mxcp_flask.documents import KeyPath
from mxcp_flask.endpoints.attachments import Attachments
from mxcp_flask.errors import SqlFailed

_LINE = re.compile(r"^LINE (\d+):", re.MULTILINE)

Mismatch = tuple[KeyPath, str]


class SqlFacts(Protocol):
    """What the engine knows of SQL without running it."""

    @property
    def parameters(self) -> Sequence[str]:
        """Return the names after the dollar signs."""

    @property
    def statements(self) -> int:
        """Return the number of statements."""


InspectSql = Callable[[str], SqlFacts]  # raises SqlFailed when it is no SQL


def find_mismatches(
    kind: str, endpoint: Mapping[str, Any], attachments: Attachments, inspect: InspectSql
) -> Iterator[Mismatch]:
    """Yield what does not fit in the SQL of the ``endpoint``, and in that of its completions."""
    parameters = [parameter["name"] for parameter in endpoint.get("parameters", ())]
    answers = [request["name"] for request in endpoint.get("input_requests", ())]
    if attachments.sql:
        sql = _Sql(attachments.sql, attachments.sql_place, inspect)
        yield from _in_sql(kind, endpoint, _Declared(parameters, answers), sql)
    for index, parameter in enumerate(endpoint.get("parameters", ())):
        if "completion" in parameter:
            place = (kind, "parameters", index, "completion")
            yield from _in_completion(parameters, _Sql(parameter["completion"], place, inspect))


class _Sql:
    def __init__(self, text: str, place: KeyPath, inspect: InspectSql) -> None:
        self.place = place
        self.fault = ""
        self.used: dict[str, str] = {}  # names as written, by their folded form
        self.statements = 0
        try:
            facts = inspect(text)
        except SqlFailed as error:
            self.fault = f"is not valid SQL: {_in_one_line(str(error))}"
        else:
            self.used = {name.casefold(): name for name in facts.parameters}
            self.statements = facts.statements

    def undeclared(self, declared: Sequence[str]) -> list[str]:
        """Return the names that the SQL uses and nobody declares."""
        known = {name.casefold() for name in declared}
        return [f"${name}" for folded, name in self.used.items() if folded not in known]


def _in_one_line(reason: str) -> str:
    """Return DuckDB's first line, with the line number of the SQL that its others show."""
    line = _LINE.search(reason)
    first = reason.partition("\n")[0]
    return f"{first} (line {line[1]} of the SQL)" if line else first


class _Declared:
    def __init__(self, parameters: Sequence[str], answers: Sequence[str]) -> None:
        self.parameters = parameters
        self.all = (*parameters, *answers)


def _in_sql(kind: str, endpoint: Mapping[str, Any], declared: _Declared, sql: _Sql) -> Iterator[Mismatch]:
    if sql.fault:
        yield sql.place, sql.fault
        return
    undeclared = sql.undeclared(declared.all)
    if undeclared:
        known = ", ".join(declared.all) or "none"
        yield sql.place, f"uses {', '.join(undeclared)}, not declared; add it under parameters (declared: {known})"
    for index, name in enumerate(declared.parameters):
        if name.casefold() not in sql.used:
            fix = f"is not used by the SQL; write ${name} there, or remove the parameter"
            yield (kind, "parameters", index, "name"), fix
    steps = len(endpoint.get("steps", ()))
    if steps and steps != sql.statements:
        yield (kind, "steps"), f"must have one text for each statement of the SQL: {sql.statements}, not {steps}"


def _in_completion(parameters: Sequence[str], sql: _Sql) -> Iterator[Mismatch]:
    if sql.fault:
        yield sql.place, sql.fault
        return
    undeclared = sql.undeclared((*parameters, "value"))
    if undeclared:
        known = ", ".join(("value", *parameters))
        yield sql.place, f"uses {', '.join(undeclared)}, which a completion does not have (it has: {known})"
