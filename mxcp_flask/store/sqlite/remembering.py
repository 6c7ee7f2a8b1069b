"""Token look-ups that are not repeated as long as nobody has written.

Each connection remembers what it found, and asks SQLite before each look-up whether anybody else has committed since:
another connection, thread, process or command (https://www.sqlite.org/pragma.html#pragma_data_version). After any
commit, whatever it was about, everything is read anew. So a revoked token is refused with the next call on every
worker, as it is without a memory.
"""

from __future__ import annotations

from mxcp_flask.records import Grant, Token
from mxcp_flask.store.opening import Connection
from mxcp_flask.store.sql.tokens import LOOK_UP, SqlTokens
from mxcp_flask.store.sqlite.database import SqliteDatabase

MOST = 256  # that a connection remembers, with the provider's tokens opened


class RememberingTokens(SqliteDatabase, SqlTokens):
    """The table ``token``, which every call reads."""

    def find_token(self, token_hash: str, now: int) -> tuple[Token, Grant] | None:
        """Return what the connection remembers and nobody can have changed, else look it up."""
        with self._connections.read() as connection:
            found = _remembered(connection).get(token_hash)
            if found is None:
                row = connection.execute(LOOK_UP, {"token_hash": token_hash, "now": now}).fetchall()
                found = self._found(row[0]) if row else None
                if found:
                    _remember(connection, token_hash, found)
        return found if found and found[0].expires_at > now and found[1].expires_at > now else None


def _remembered(connection: Connection) -> dict[str, tuple[Token, Grant]]:
    """Return what ``connection`` found since the last commit."""
    [version] = connection.execute("PRAGMA data_version").fetchone()
    if version != connection.version:
        connection.remembered.clear()
        connection.version = version
    return connection.remembered


def _remember(connection: Connection, token_hash: str, found: tuple[Token, Grant]) -> None:
    if len(connection.remembered) >= MOST:
        connection.remembered.clear()
    connection.remembered[token_hash] = found
