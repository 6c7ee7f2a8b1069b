"""What PostgreSQL and libpq report, in words that say what to do. No text has a value of a row or a password."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import errors

from mxcp_flask.errors import StoreNotUsable

_TO_PRIMARY = "it takes no writes, as a standby does. Let persistence.url lead to the primary, or name all hosts in it"
_TOO_MANY = "Raise max_connections there, lower persistence.pool_size, or put PgBouncer in between"

# https://www.postgresql.org/docs/current/errcodes-appendix.html
_BY_STATE = {
    "25006": _TO_PRIMARY,
    "42501": "{text}. Make the user the owner of the database",
    "53100": "the disk of its server is full ({text}). Make room there, and all goes on by itself",
    "53200": "its server has no memory left",
    "53300": f"its server has too many connections. {_TOO_MANY}",
    "55P03": "another transaction held a row for too long. Try again",
    "57014": "a statement took too long",
    "57P01": "its server is stopping",
    "57P03": "its server is starting or stopping",
}
# What a connection that fails has instead of a state is text: the server's in English, or libpq's.
_BY_TEXT = {
    "password authentication failed": "Correct user and password in persistence.url",
    "no password supplied": "Put the password into persistence.url",
    "too many clients": _TOO_MANY,
    "too many connections": _TOO_MANY,
    "remaining connection slots": _TOO_MANY,
    "session is read-only": _TO_PRIMARY.partition(". ")[2],
    "starting up": "Wait",
    "shutting down": "Wait",
    "refused": "Start the server, or correct host and port in persistence.url",
    "resolve": "Correct the host in persistence.url",
    "timeout expired": "Look at the server and the firewalls before it",
    "does not exist": "Create it, or correct persistence.url",
    "no pg_hba.conf entry": "Let the server take connections from here",
}
# What libpq and psycopg say around that.
_CHATTER = re.compile(
    r"\b(connection failed: |consuming input failed: |fe_sendauth: )"
    r"| (Is the server running .*?connections\?|This probably means the server .*?the request\.)"
)


@contextmanager
def faults_told(place: str) -> Iterator[None]:
    """Turn every psycopg.Error of the block into StoreNotUsable. ``place`` names the database."""
    try:
        yield
    except psycopg.Error as error:
        raise StoreNotUsable(path=place, reason=reason_of(error)) from error


def reason_of(error: psycopg.Error) -> str:
    """Return what is wrong and what to do about it."""
    # The server's details name values, so only the first line is taken.
    text = _CHATTER.sub("", " ".join((error.diag.message_primary or str(error)).split())).rstrip(".")
    if error.sqlstate in _BY_STATE:
        return _BY_STATE[error.sqlstate].format(text=text)
    advice = next((advice for words, advice in _BY_TEXT.items() if words in text), None)
    return f"{text}. {advice}" if advice and error.sqlstate is None else text


def is_undone(error: StoreNotUsable) -> bool:
    """Tell whether the transaction was undone for a reason that may be gone at the next try.

    It met another one, or a statement was prepared before its table was changed.
    """
    conflicts = (errors.SerializationFailure, errors.DeadlockDetected)
    return isinstance(error.__cause__, (*conflicts, errors.FeatureNotSupported))


def is_of_connection(error: psycopg.Error) -> bool:
    """Tell whether another connection may not have the fault.

    This one leads to a server that has become a standby, or has statements prepared for tables that were changed.
    """
    return isinstance(error, (errors.ReadOnlySqlTransaction, errors.FeatureNotSupported))
