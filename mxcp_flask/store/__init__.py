"""What the server remembers between requests: clients, sign-ins on their way, grants, codes and tokens.

``base`` is the contract. Its backends, and what wraps them::

    SqliteStore(path, keyring)        one file, shared by every process on the machine; survives a restart
    PostgresStore(url, keyring, size) one database, shared by any number of machines; in ``store.postgres``, as it needs
                                      a driver that not everybody has
    MemoryStore()                     one process; what it knows ends with it
    ConfiguredClients(store, clients) the clients of the configuration, in front of either
    measured(store, meter)            either, with each operation reported

How things are kept: secrets of ours as SHA-256 only; what must be replayed to the identity provider (its tokens, the
verifier of a sign-in) sealed by a ``Keyring`` with AES-256-GCM, bound to its row and column. The grant is the family:
codes and tokens name theirs, so ending a grant is one statement and ends them all. A pending authorization goes
``consent`` -> ``provider`` -> ``done``; a refresh token, once rotated, stays with the time and the number of its uses.
One caller at a time refreshes a grant's provider token, under a lease: ``lease_refresh``, the provider, then
``save_provider_token`` or ``release_refresh``.
"""

from __future__ import annotations

from mxcp_flask.store.base import ClientStore, Store
from mxcp_flask.store.configured import ConfiguredClients
from mxcp_flask.store.crypto import Keyring
from mxcp_flask.store.measured import measured
from mxcp_flask.store.memory import MemoryStore
from mxcp_flask.store.sqlite import SqliteStore

__all__ = ["ClientStore", "ConfiguredClients", "Keyring", "MemoryStore", "SqliteStore", "Store", "measured"]
