"""The store's contract: what every backend promises. Its tests are ``tests/contracts/store.py``.

Every method is atomic, also between processes that share the backend. Every single-use thing is claimed by one
conditional statement, so of any number of concurrent claims at most one succeeds. Times are given by the caller
(seconds since the epoch), so the store needs no clock. Any method raises StoreError when the backend cannot answer;
then nothing of it was written.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

from mxcp_flask.records import AuthorizationCode, Client, Grant, PendingAuthorization, Token


class ClientStore(ABC):
    """Where clients are looked up and registered ones are added."""

    @abstractmethod
    def get_client(self, client_id: str) -> Client | None:
        """Return the client, or None when it is unknown. MUST return what ``add_client`` was given, field by field."""

    @abstractmethod
    def add_client(self, client: Client) -> None:
        """Add a registered client. The identifier is new: the caller made it at random."""


class Store(ClientStore):
    """All OAuth state."""

    # Authorization requests on their way (design §3, sign-in).

    @abstractmethod
    def add_pending(self, pending: PendingAuthorization) -> None:
        """Add an authorization request in the stage ``consent``."""

    @abstractmethod
    def find_pending(self, handle_hash: str, now: int) -> PendingAuthorization | None:
        """Return the request in whatever stage it is, or None when it is unknown or expired."""

    @abstractmethod
    def approve_pending(
        self, handle_hash: str, now: int, *, browser_hash: str, state_hash: str, verifier: str
    ) -> PendingAuthorization | None:
        """Move the request from ``consent`` to ``provider`` with a new browser binding, state and verifier.

        Returns the request as it is now, or None when it was not in ``consent`` or has expired. MUST succeed once.
        """

    @abstractmethod
    def close_pending(self, handle_hash: str, now: int) -> PendingAuthorization | None:
        """Move the request from ``consent`` to ``done``: the person declined. MUST succeed once, else None."""

    @abstractmethod
    def take_pending(self, state_hash: str, browser_hash: str, now: int) -> PendingAuthorization | None:
        """Move the request with this state and browser binding from ``provider`` to ``done``.

        Returns the request, or None when there is no such state, the browser is another one, it has expired, or it
        was taken already. MUST succeed once; a foreign browser MUST NOT use it up.
        """

    # Grants and the codes and tokens that come from them.

    @abstractmethod
    def add_grant(self, grant: Grant, code: AuthorizationCode) -> None:
        """Add a grant and its authorization code, both or neither.

        ``grant.provider_token`` MUST be unreadable at rest without the store's key.
        """

    @abstractmethod
    def find_code(self, code_hash: str) -> AuthorizationCode | None:
        """Return the code, used or expired too, or None when it is unknown or its grant has ended."""

    @abstractmethod
    def redeem_code(self, code_hash: str, tokens: list[Token], now: int) -> bool:
        """Mark the code used and add its ``tokens``, both or neither.

        Returns False, having written nothing, when the code is unknown, used or expired or its grant has ended. MUST
        succeed once.
        """

    @abstractmethod
    def burn_code(self, code_hash: str, now: int) -> None:
        """Mark the code used without issuing a token. Does nothing when it is unknown or used."""

    @abstractmethod
    def find_token(self, token_hash: str, now: int) -> tuple[Token, Grant] | None:
        """Return a live token with its grant, or None when it is unknown or expired, or its grant has ended."""

    @abstractmethod
    def revoke_grant(self, grant_id: str, now: int) -> None:
        """End the grant. When this returns, no process finds or redeems any of its codes and tokens any more."""

    # Housekeeping.

    @abstractmethod
    def sweep(self, now: int, limit: int) -> int:
        """Delete up to ``limit`` rows of each kind whose time is over, and return how many went.

        A used code stays until its grant ends, so that a replay is seen.
        """

    @abstractmethod
    def check(self) -> None:
        """Raise StoreError when the backend cannot be read and written."""

    @abstractmethod
    def close(self) -> None:
        """Release what this process holds. Every thread's resources; the store is not used afterwards."""
