"""The SQL functions that tell a statement who it runs as.

They are temporary macros on the session's own cursor, never Python functions: ``create_function`` would register them
in the database, where every other session reads them. The token is in a variable of the cursor, not in its macro: a log
of statements, which DuckDB 1 lets SQL switch on in spite of the lock, does not show it.
"""

from __future__ import annotations

import duckdb

from mxcp_flask.engine.literals import printable, quote
from mxcp_flask.records import Identity

_REMEMBER_TOKEN = "SET VARIABLE mxcp_token = $token"  # noqa: S105 - a statement


def define(cursor: duckdb.DuckDBPyConnection, identity: Identity) -> None:
    """Define the functions on ``cursor``; each returns VARCHAR, empty where there is nothing to say.

    ``get_user_sites()`` is a JSON list of objects with id, name and url; ``get_user_instance_url()`` the base of the
    person's own API.
    """
    bodies = {
        "get_username": quote(identity.username),
        "get_user_provider": quote(identity.provider),
        "get_user_email": quote(identity.email),
        "get_user_external_token": "getvariable('mxcp_token')",
        "get_user_instance_url": quote(identity.instance_url),
        "get_user_sites": quote(identity.sites),
    }
    cursor.execute(_REMEMBER_TOKEN, {"token": printable(identity.external_token)})
    cursor.execute(";".join(f"CREATE TEMP MACRO {name}() AS {body}" for name, body in bodies.items()))
