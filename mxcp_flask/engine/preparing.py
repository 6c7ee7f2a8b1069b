"""What is loaded into a database before its configuration is locked: extensions of the site, secrets of the profile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import duckdb

from mxcp_flask.engine.literals import quote, quote_name
from mxcp_flask.engine.redaction import redact


@dataclass(frozen=True)
class Secret:
    """A DuckDB secret. A parameter is text or a mapping of texts."""

    name: str
    type: str
    parameters: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True)
class Extension:
    """A DuckDB extension; ``repository`` is None for DuckDB's own."""

    name: str
    repository: str | None = None


def load_extensions(connection: duckdb.DuckDBPyConnection, extensions: Iterable[Extension]) -> None:
    """Load each extension, installed first if it is not there. Raises ValueError with what to do."""
    for extension in extensions:
        _load(connection, extension)


def create_secrets(connection: duckdb.DuckDBPyConnection, secrets: Iterable[Secret]) -> None:
    """Create each secret, in memory only. Raises ValueError, which shows no parameter's value."""
    for secret in secrets:
        failure = _failure(connection, secret)
        if failure:  # not chained: DuckDB's text quotes the statement
            raise ValueError(f"the secret {secret.name} of type {secret.type} is not accepted: {failure}")


def _load(connection: duckdb.DuckDBPyConnection, extension: Extension) -> None:
    name, source = quote_name(extension.name), f" FROM {extension.repository}" if extension.repository else ""
    try:
        if not _is_there(connection, name):
            connection.execute(f"INSTALL {name}{source}")
            connection.execute(f"LOAD {name}")
    except duckdb.Error as error:
        raise ValueError(
            f"the extension {extension.name} of mxcp-site.yml cannot be loaded ({str(error).splitlines()[0]}); "
            "install it for the user who runs the server, or remove it from 'extensions'"
        ) from error


def _is_there(connection: duckdb.DuckDBPyConnection, name: str) -> bool:
    try:
        connection.execute(f"LOAD {name}")
    except duckdb.Error:
        return False
    return True


def _failure(connection: duckdb.DuckDBPyConnection, secret: Secret) -> str | None:
    options = "".join(f", {quote_name(key)} {_literal(value)}" for key, value in secret.parameters.items())
    name, kind = quote_name(secret.name), quote_name(secret.type)
    try:
        connection.execute(f"CREATE TEMPORARY SECRET {name} (TYPE {kind}{options})")
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        for value in _texts(secret.parameters):
            reason = redact(reason.replace(value, "[secret]"), value) if value else reason
        return reason
    return None


def _literal(value: Any) -> str:
    if isinstance(value, Mapping):
        return "MAP {" + ", ".join(f"{quote(str(key))}: {quote(str(each))}" for key, each in value.items()) + "}"
    return quote(str(value))


def _texts(value: Any) -> list[str]:
    return [text for each in value.values() for text in _texts(each)] if isinstance(value, Mapping) else [str(value)]
