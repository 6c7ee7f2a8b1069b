"""The store in this process's memory, for development and tests. What it knows ends with the process.

Parts as those of ``mxcp_flask.store.sqlite``, all on the same ``Tables``.
"""

from __future__ import annotations

from mxcp_flask.store.base import Store
from mxcp_flask.store.memory.clients import MemoryClients
from mxcp_flask.store.memory.grants import MemoryGrants
from mxcp_flask.store.memory.housekeeping import MemoryHousekeeping
from mxcp_flask.store.memory.pending import MemoryPending
from mxcp_flask.store.memory.tokens import MemoryTokens


class MemoryStore(MemoryClients, MemoryPending, MemoryGrants, MemoryTokens, MemoryHousekeeping, Store):
    """Keep all state in dictionaries by key, under one lock."""
