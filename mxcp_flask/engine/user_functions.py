"""The SQL functions that tell a statement who it runs as.

They are temporary macros on the session's own cursor, never Python functions: ``create_function`` would register them
in the database, where every other session reads them.
"""

from __future__ import annotations

import duckdb

from mxcp_flask.engine.literals import quote
from mxcp_flask.records import Identity


def define(cursor: duckdb.DuckDBPyConnection, identity: Identity) -> None:
    """Define the functions on ``cursor``; each returns VARCHAR, empty where there is nothing to say.

    ``get_user_sites()`` is a JSON list of objects with id, name and url; ``get_user_instance_url()`` the base of the
    person's own API.
    """
    values = {
        "get_username": identity.username,
        "get_user_provider": identity.provider,
        "get_user_email": identity.email,
        "get_user_external_token": identity.external_token,
        "get_user_instance_url": identity.instance_url,
        "get_user_sites": identity.sites,
    }
    cursor.execute(";".join(f"CREATE TEMP MACRO {name}() AS {quote(value)}" for name, value in values.items()))
