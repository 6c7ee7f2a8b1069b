"""The SQL functions that tell a statement who it runs as.

They are temporary macros on the session's own cursor, never Python functions: ``create_function`` would register them
in the database, where every other session reads them. What they return is in a variable of the same cursor, and gets
there as a parameter: a log of statements, which DuckDB 1 lets SQL switch on in spite of the lock, shows no token.
"""

from __future__ import annotations

import duckdb

from mxcp_flask.engine.literals import printable
from mxcp_flask.records import Identity

_PARTS = {
    "get_username": "username",
    "get_user_provider": "provider",
    "get_user_email": "email",
    "get_user_external_token": "external_token",
    "get_user_instance_url": "instance_url",
    "get_user_sites": "sites",
}
_REMEMBER = "SET VARIABLE mxcp_identity = $identity"
_DEFINE = ";".join(
    f"CREATE TEMP MACRO {function}() AS struct_extract(getvariable('mxcp_identity'), '{part}')"
    for function, part in _PARTS.items()
)


def define(cursor: duckdb.DuckDBPyConnection, identity: Identity) -> None:
    """Define the functions on ``cursor``; each returns VARCHAR, empty where there is nothing to say.

    ``get_user_sites()`` is a JSON list of objects with id, name and url; ``get_user_instance_url()`` the base of the
    person's own API.
    """
    cursor.execute(_REMEMBER, {"identity": {part: printable(getattr(identity, part)) for part in _PARTS.values()}})
    cursor.execute(_DEFINE)
