"""The store in one SQLite file, shared by the processes of one machine.

``backup`` copies it while it is used; ``restore`` puts a copy in its place, which ``swapping`` does
under SQLite's own lock. ``remembering`` spares look-ups while nobody writes,
and ``tidying`` lets nobody wait for a sweep.
"""

from __future__ import annotations

from mxcp_flask.store.sql import SqlStore
from mxcp_flask.store.sqlite.remembering import RememberingTokens
from mxcp_flask.store.sqlite.tidying import TidySweeps


class SqliteStore(RememberingTokens, TidySweeps, SqlStore):
    """Keep all state in the file at ``path``, sealing with ``keyring``. Threads and forked processes may share it.

    Raises:
        StoreNotUsable: the file cannot be created, read or written, is no database of ours, or others may read it.
        StoreSchemaNewer: a later version wrote it.
        StoreKeyWrong: it was sealed with keys that ``keyring`` lacks.

    """
