"""The store in one PostgreSQL database, shared by any number of servers.

Transactions are READ COMMITTED, as all claims are single statements (``store/sql``). Where a transaction has several,
what another one does between them is harmless: codes and tokens are alive only while ``grant_.revoked_at`` is NULL,
which every look-up asks, so tokens that are added while their grant is revoked are dead from the start; and a grant
cannot be swept while a row that names it is being added, as the foreign key locks it.

When the connection breaks at a commit, nobody can tell whether the server had kept it: StoreError then means either.
All that is claimed once stays safe: a code or token that was spent is refused when it comes again.

It works through PgBouncer in transaction mode: behind a pooler no statement is prepared, and no session has a state of
its own.
"""

from __future__ import annotations

from mxcp_flask.store.postgres.database import PostgresDatabase
from mxcp_flask.store.sql import SqlStore


class PostgresStore(PostgresDatabase, SqlStore):
    """Keep all state in the database at ``url``, sealing with ``keyring``. Threads and forked processes may share it.

    Each process has at most ``size`` connections, opened when they are needed.

    Raises:
        StoreNotUsable: the database cannot be reached, read or written, or has tables of another program.
        StoreSchemaNewer: a later version wrote it.
        StoreKeyWrong: it was sealed with keys that ``keyring`` lacks.

    """
