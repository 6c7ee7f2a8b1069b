"""Which tables the SQL of endpoints names that the database does not have: their calls would fail."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from mxcp_flask.endpoints.lint import Lint
from mxcp_flask.endpoints.model import Endpoint, SqlEndpoint

FindTables = Callable[[str], Iterable[tuple[str, str | None]]]
"""Gives for SQL the name of each table that is missing, and of one that there is and that looks like it."""


def lint_tables(endpoints: Iterable[Endpoint], find: FindTables) -> Iterator[Lint]:
    """Yield a warning for each missing table of each source and completion."""
    for endpoint in endpoints:
        for place, sql in _texts(endpoint):
            for name, like in find(sql):
                message = f"there is no table {name} in the database"
                yield Lint("warning", endpoint.path, f"{endpoint.kind}.{place}", message, _hint(name, like))


def _texts(endpoint: Endpoint) -> Iterator[tuple[str, str]]:
    if isinstance(endpoint, SqlEndpoint):
        yield "source", endpoint.sql
    for index, parameter in enumerate(endpoint.parameters):
        if parameter.completion is not None:
            yield f"parameters.{index}.completion", parameter.completion


def _hint(name: str, like: str | None) -> str:
    lead = f"Did you mean {like}? Otherwise make" if like else "Make"
    return f'{lead} it, such as with mxcp query "CREATE TABLE {name} (...)".'
