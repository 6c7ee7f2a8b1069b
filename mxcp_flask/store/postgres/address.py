"""What a connection is opened with: what the URL says, and before that what suits a server of ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from mxcp_flask.errors import StoreNotUsable
from mxcp_flask.store.addresses import shown

CONNECT_TIMEOUT = 3  # seconds, for each of the hosts that the URL names
STATEMENT_TIMEOUT = 10  # seconds
LOCK_TIMEOUT = 5  # seconds

# https://www.postgresql.org/docs/current/libpq-connect.html. What stands in the URL counts more.
_DEFAULTS: Mapping[str, Any] = {
    "application_name": "mxcp-flask",
    "connect_timeout": CONNECT_TIMEOUT,
    "target_session_attrs": "read-write",  # of several hosts, the primary
    # A server that is gone without a word is noticed within 20 seconds, and at once by whoever has written to it.
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 2,
    "tcp_user_timeout": 10_000,  # milliseconds
}
_SESSION = {
    "default_transaction_isolation": r"read\ committed",
    "synchronous_commit": "on",  # a crash of the server must not bring a revoked grant or a used code back
    "statement_timeout": f"{STATEMENT_TIMEOUT}s",
    "lock_timeout": f"{LOCK_TIMEOUT}s",
    "idle_in_transaction_session_timeout": f"{STATEMENT_TIMEOUT}s",  # a process that stands still blocks no other
}


def parameters_of(url: str) -> dict[str, Any]:
    """Return libpq's parameters for ``url``. Raises StoreNotUsable, without the password, when it cannot be read."""
    try:
        named = conninfo_to_dict(url)
    except psycopg.Error:  # whose text holds the URL
        reason = "persistence.url cannot be read. Write postgresql://user:password@host:5432/database, with %XX for"
        raise StoreNotUsable(path=shown(url), reason=f"{reason} whatever else is in the password") from None
    session = " ".join(f"-c {name}={value}" for name, value in _SESSION.items())
    options = f"{session} {named.pop('options', '')}".strip()
    return {**_DEFAULTS, **named, "options": options, "client_encoding": "utf8"}
