"""The promises of ``mxcp_flask.store.base``; a backend's test inherits ``StoreContract`` and gives the ``store``."""

from __future__ import annotations

from tests.contracts.store.clients import ClientsContract
from tests.contracts.store.codes import CodesContract
from tests.contracts.store.grants import GrantsContract
from tests.contracts.store.housekeeping import HousekeepingContract
from tests.contracts.store.pending import PendingContract
from tests.contracts.store.tokens import TokensContract


class StoreContract(
    ClientsContract, PendingContract, CodesContract, TokensContract, GrantsContract, HousekeepingContract
):
    """Inherited by each backend's test class, which has a fixture ``store``: an empty store."""
