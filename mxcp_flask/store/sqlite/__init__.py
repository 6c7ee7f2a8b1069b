"""The store in one SQLite file, shared by the processes of one machine.

A part for each subject, all on the same ``Database``::

    clients        client, tally
    pending        pending_authorization
    grants         grant_
    tokens         authorization_code, token
    housekeeping   all of them, and lease and meta
"""

from __future__ import annotations

from mxcp_flask.store.base import Store
from mxcp_flask.store.sqlite.clients import SqliteClients
from mxcp_flask.store.sqlite.grants import SqliteGrants
from mxcp_flask.store.sqlite.housekeeping import SqliteHousekeeping
from mxcp_flask.store.sqlite.pending import SqlitePending
from mxcp_flask.store.sqlite.tokens import SqliteTokens


class SqliteStore(SqliteClients, SqlitePending, SqliteGrants, SqliteTokens, SqliteHousekeeping, Store):
    """Keep all state in the file at ``path``, sealing with ``keyring``. Threads and forked processes may share it.

    Raises:
        StoreNotUsable: the file cannot be created, read or written, is no database of ours, or others may read it.
        StoreSchemaNewer: a later version wrote it.
        StoreKeyWrong: it was sealed with keys that ``keyring`` lacks.

    """
