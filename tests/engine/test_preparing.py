"""Extensions and secrets, which are there before the configuration is locked."""

from __future__ import annotations

from pathlib import Path

import pytest

from mxcp_flask.engine import DatabaseSettings, Extension, Secret
from mxcp_flask.errors import DatabaseNotUsable
from mxcp_flask.records import ANONYMOUS
from tests.engine.conftest import OpenDatabase

VALUE = "it's-a-secret-0123456789"


def test_secrets_are_there_and_not_shown(open_database: OpenDatabase, path: Path) -> None:
    """A secret with quotes and a mapping must be created as it is, and its values must not be readable."""
    secret = Secret("my store", "http", {"BEARER_TOKEN": VALUE, "EXTRA_HTTP_HEADERS": {"X-A": VALUE}})
    database = open_database(DatabaseSettings(path, secrets=(secret,)))
    with database.session(ANONYMOUS) as session:
        rows = session.run("SELECT name, type, secret_string FROM duckdb_secrets()", {}).rows

    assert [row[:2] for row in rows] == [("my store", "http")]
    assert VALUE not in repr(secret)
    assert "0123456789" not in rows[0][2]


def test_a_secret_that_duckdb_refuses_is_named_without_its_value(open_database: OpenDatabase, path: Path) -> None:
    """The message must say which secret, and show none of its values."""
    database = open_database(DatabaseSettings(path, secrets=(Secret("mine", "http", {"NO_SUCH_KEY": VALUE}),)))
    with pytest.raises(DatabaseNotUsable) as caught:
        database.check()

    assert "the secret mine of type http is not accepted" in str(caught.value)
    assert "0123456789" not in str(caught.value)


def test_an_extension_that_is_built_in_is_loaded(open_database: OpenDatabase, path: Path) -> None:
    """What DuckDB brings along must need no installation."""
    database = open_database(DatabaseSettings(path, extensions=(Extension("json"), Extension("parquet"))))
    with database.session(ANONYMOUS) as session:
        rows = session.run("""SELECT json_extract('{"a": 1}', 'a')""", {}).rows

    assert rows == [("1",)]


def test_an_extension_that_is_not_there_is_named(open_database: OpenDatabase, path: Path) -> None:
    """The message must say which extension, and what to do."""
    database = open_database(DatabaseSettings(path, extensions=(Extension("no_such_extension"),)))

    with pytest.raises(DatabaseNotUsable, match=r"the extension no_such_extension .* install it .* or remove it"):
        database.check()
