"""How many clients may register, per address and in total. The store counts, so all workers share the counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

from mxcp_flask.digests import digest
from mxcp_flask.errors import TooManyClients, TooManyRegistrations
from mxcp_flask.store.base import Store

WINDOW = 3600


@dataclass(frozen=True)
class RegistrationLimits:
    """``per_address`` registrations in an hour from one address (one /64 of IPv6), ``total`` registered clients."""

    store: Store
    clock: Callable[[], float]
    per_address: int
    total: int

    def admit(self, address: str | None) -> None:
        """Count one registration from ``address``.

        Raises:
            TooManyRegistrations: the address has had its share; ``retry_after`` says in how many seconds it may again.
            TooManyClients: there are as many clients as there may be.

        """
        now = int(self.clock())
        if self.store.count(digest(_network(address)), now, WINDOW) > self.per_address:
            raise TooManyRegistrations(retry_after=WINDOW - now % WINDOW)
        if self.store.count_clients() >= self.total:
            raise TooManyClients(retry_after=WINDOW)


def _network(address: str | None) -> str:
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return "unknown"
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    # A listener for both families gives IPv4 as ::ffff:192.0.2.1.
    return str(parsed.ipv4_mapped or ip_network(f"{parsed}/64", strict=False))
