"""The store's contract: what every backend promises. Its tests are ``tests/contracts/store/``.

Every method is atomic, also between processes that share the backend. Every single-use thing is claimed by one
conditional statement, so of any number of concurrent claims at most one succeeds. Times are given by the caller
(seconds since the epoch), so the store needs no clock. Any method raises StoreError when the backend cannot answer;
then nothing of it was written.

A grant is live until it expires or is revoked. A revoked grant is kept until it is swept, and what was used up, a code
or a rotated refresh token, until its grant ends: so that a replay is seen.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable

from mxcp_flask.records import AuthorizationCode, Client, Grant, PendingAuthorization, ProviderToken, Token

USE_RECORDED_EVERY = 3600  # seconds
ConnectionReport = Callable[[int, int], None]
"""Takes the numbers of connections in use and idle; called by any thread, after each change."""


class ClientStore(ABC):
    """Where clients are looked up, and registered ones and client metadata documents are added."""

    @abstractmethod
    def get_client(self, client_id: str) -> Client | None:
        """Return the client, or None when it is unknown.

        MUST return what ``add_client`` or ``put_client`` was given, field by field, but for the time of its last use.
        """

    @abstractmethod
    def add_client(self, client: Client) -> None:
        """Add a registered client. The identifier is new: the caller made it at random."""

    @abstractmethod
    def put_client(self, client: Client) -> None:
        """Keep the client of a client metadata document, in place of the one before.

        Its ``client_id`` is the document's URL. When ``client.last_used_at`` is None, MUST keep the one before's.
        """

    @abstractmethod
    def touch_client(self, client_id: str, now: int) -> None:
        """Remember that the client is used: ``last_used_at`` becomes ``now``. Does nothing when it is unknown.

        MUST NOT write when the use that is remembered is younger than an hour, so the time is that exact.
        """


class Store(ClientStore):
    """All OAuth state."""

    # Clients that registered themselves, and client metadata documents.

    @abstractmethod
    def list_clients(self) -> list[Client]:
        """Return all clients of the store, the oldest first."""

    @abstractmethod
    def count_clients(self) -> int:
        """Return how many clients the store has."""

    @abstractmethod
    def remove_client(self, client_id: str, now: int) -> bool:
        """Remove the client and end its grants, both or neither. Returns False, having done nothing, when unknown."""

    # What somebody does so often that it has a limit.

    @abstractmethod
    def count(self, key_hash: str, now: int, window: int, amount: int = 1) -> int:
        """Add ``amount`` to what was counted for this key, and return how much that is now.

        Counted is within the window of ``window`` seconds that ``now`` is in; windows begin at multiples of their
        length, and those of another length are counted apart. MUST count every one of any number of concurrent calls,
        and give each its own result: the sum of all until then.
        """

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
        """Return a live token with its grant, or None when it is unknown or expired, or its grant has ended.

        A token of either kind, and a rotated refresh token too: the caller MUST check ``kind``.
        """

    @abstractmethod
    def find_refresh_token(self, token_hash: str, now: int) -> tuple[Token, Grant] | None:
        """Return a refresh token with its grant, or None when it is unknown or expired, or its grant has ended.

        A rotated one is returned too, with ``used_at``: the caller tells a replay by ``rotate_token``.
        """

    @abstractmethod
    def rotate_token(self, token_hash: str, tokens: list[Token], now: int, *, grace: int, most: int) -> bool:
        """Mark the refresh token used and add the ``tokens`` that follow it, both or neither.

        Returns False, having written nothing, when it is unknown, expired or no refresh token, or its grant has ended.
        MUST succeed once; and again while less than ``grace`` seconds have gone by since the first time and ``most``
        successes are not reached, because a client's parallel refreshes are no replay. With a ``grace`` of 0 it
        succeeds once. The grant lives on at least until the last of ``tokens`` expires.
        """

    @abstractmethod
    def find_grant(self, grant_id: str, now: int) -> Grant | None:
        """Return the live grant, or None when it is unknown or has ended."""

    @abstractmethod
    def list_grants(self, now: int, *, client_id: str | None = None, subject: str | None = None) -> list[Grant]:
        """Return the live grants, the oldest first: those of the client, of the person (``github:4711``), or both.

        They come without their provider tokens: one that cannot be opened MUST NOT keep the others from being listed.
        """

    @abstractmethod
    def revoke_grant(self, grant_id: str, now: int) -> None:
        """End the grant. When this returns, no process finds or redeems any of its codes and tokens any more.

        The provider's token MUST be gone then.
        """

    @abstractmethod
    def revoke_grants(self, now: int, *, client_id: str | None = None, subject: str | None = None) -> int:
        """End the live grants of the client, of the person, of both, or all; return how many. As ``revoke_grant``."""

    # The provider's token, which one caller at a time refreshes.

    @abstractmethod
    def lease_refresh(self, grant_id: str, now: int, seconds: int) -> bool:
        """Take the right to refresh the provider's token of a live grant, for ``seconds``.

        Returns False while another's lease lasts, or when the grant is unknown or has ended. MUST succeed once. The
        lease does not say whose it is, so ``seconds`` MUST be more than the caller may take.
        """

    @abstractmethod
    def save_provider_token(self, grant_id: str, token: ProviderToken, now: int) -> bool:
        """Replace the provider's token of a live grant and end the lease. Returns False when the grant has ended."""

    @abstractmethod
    def release_refresh(self, grant_id: str) -> None:
        """End the lease; the provider's token stays as it is."""

    # Housekeeping.

    @abstractmethod
    def claim_sweep(self, now: int, seconds: int) -> bool:
        """Take the right to sweep for ``seconds``, or return False while another's lasts. MUST succeed once."""

    @abstractmethod
    def sweep(self, now: int, limit: int, *, unused_before: int | None = None, idle_before: int | None = None) -> int:
        """Delete up to ``limit`` rows of each kind whose time is over, and return how many went.

        Also deletes clients: those never used that registered, or whose document was last fresh, before
        ``unused_before``, and those last used before ``idle_before``; None spares them. A client with a live grant or
        an authorization request on its way MUST stay.
        """

    @abstractmethod
    def reseal(self, told: Callable[[int], None] = lambda _: None) -> int:
        """Seal anew what was not sealed with the first key, and return how many values that were.

        ``told`` is told of some, every now and then.

        Others read and write meanwhile, and what they write MUST NOT be overwritten with what was read before. When
        every process has that key first, no value needs another key afterwards. Not atomic: raises StoreError at
        the first value that does not open, and what was sealed until then stays so.
        """

    @abstractmethod
    def derived_key(self, purpose: str) -> bytes:
        """Return 32 secret bytes for ``purpose``, and others for another purpose.

        MUST be the same in every process that shares the backend, and after a new first key. MUST NOT tell anything
        about the keys that seal.
        """

    @abstractmethod
    def check(self) -> None:
        """Raise StoreError when the backend cannot be read and written."""

    def watch_connections(self, report: ConnectionReport) -> None:
        """Tell ``report`` from now on how many connections this process uses, and how many it keeps for the next use.

        A backend that has no pool of them never does.
        """

    @abstractmethod
    def close(self) -> None:
        """Release what this process holds. Every thread's resources; the store is not used afterwards."""
