"""The SQL functions that tell a statement who it runs as.

They are temporary macros on the session's own cursor, never Python functions: ``create_function`` would register them
in the database, where every other session reads them.
"""

from __future__ import annotations

import duckdb

from mxcp_flask.engine.literals import quote
from mxcp_flask.records import Identity


def define(cursor: duckdb.DuckDBPyConnection, identity: Identity) -> None:
    """Define the four functions on ``cursor``; each returns VARCHAR, an empty string when nobody is signed in."""
    values = {
        "get_username": identity.username,
        "get_user_provider": identity.provider,
        "get_user_email": identity.email,
        "get_user_external_token": identity.external_token,
    }
    cursor.execute(";".join(f"CREATE TEMP MACRO {name}() AS {quote(value)}" for name, value in values.items()))
