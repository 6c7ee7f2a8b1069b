"""The store in SQL, one text for every database that speaks enough of it.

A part for each subject, all on the same ``Database``::

    clients        client, tally
    pending        pending_authorization
    grants         grant_
    tokens         authorization_code, token
    housekeeping   all of them, and lease and meta

Statements name their values ``:name``. Whatever is claimed once is claimed by one conditional statement. That holds on
SQLite, where writers come one after the other, and at PostgreSQL's READ COMMITTED, where the second of two waits for
the row and looks at it again.
"""

from __future__ import annotations

from mxcp_flask.store.base import Store
from mxcp_flask.store.sql.clients import SqlClients
from mxcp_flask.store.sql.grants import SqlGrants
from mxcp_flask.store.sql.housekeeping import SqlHousekeeping
from mxcp_flask.store.sql.pending import SqlPending
from mxcp_flask.store.sql.tokens import SqlTokens


class SqlStore(SqlClients, SqlPending, SqlGrants, SqlTokens, SqlHousekeeping, Store):
    """All state in the tables of a ``Database``, which a subclass is too."""
