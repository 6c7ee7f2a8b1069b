"""Keeps the person's token at the provider alive.

It is refreshed shortly before it ends, once, however many requests and workers need it: whoever holds the grant's
lease asks the provider. The others go on with the old token while it lasts, and then wait for the result in the store.
A rotated refresh token is saved before the new token is used. Only the provider's word that the grant is over ends
ours; after another failure this process leaves the provider alone for a while, and the old token serves on.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace

from mxcp_flask.errors import ProviderError, ProviderGrantEnded, TokenInvalid
from mxcp_flask.oauth.audit import Audit
from mxcp_flask.oauth.look_ups import RecentFailures
from mxcp_flask.providers import ExternalOAuthHandler
from mxcp_flask.records import Grant, ProviderToken
from mxcp_flask.store.base import Store

log = logging.getLogger("mxcp.oauth")

EARLY = 120  # seconds before its end that a token is refreshed
BACK_OFF = 30  # seconds that this process leaves the provider alone after it failed for a grant
LEASE = 40  # seconds; longer than the provider may take to answer
_MOST_FAILURES = 10_000
_WAIT = 0.05  # seconds between two looks at what the lease's holder does


def _pause(seconds: float) -> None:
    threading.Event().wait(seconds)


class ProviderTokens:
    """Refreshes provider tokens on demand. ``pause`` waits for so many seconds."""

    def __init__(
        self,
        store: Store,
        handler: ExternalOAuthHandler,
        clock: Callable[[], float],
        audit: Audit,
        pause: Callable[[float], None] = _pause,
    ) -> None:
        self.store = store
        self.handler = handler
        self.clock = clock
        self.audit = audit
        self.pause = pause
        self._failures = RecentFailures(BACK_OFF, _MOST_FAILURES)

    def alive(self, grant: Grant) -> Grant:
        """Return ``grant`` with a provider token that lasts, as far as anybody can know.

        Raises:
            TokenInvalid: the provider ended what the grant stands on, or the grant was ended meanwhile.

        """
        token = grant.provider_token
        if token is None or token.expires_at is None or token.expires_at - self._now() > EARLY:
            return grant
        return self.renewed(grant)

    def renewed(self, grant: Grant) -> Grant:
        """Return ``grant`` with a new provider token, whatever the old one's end; raises as ``alive`` does.

        For a token whose end is unknown, when the provider refused it. Without a refresh token nothing changes.
        """
        token = grant.provider_token
        if token is None or token.refresh_token is None or self._failures.has(grant.id, self.clock()):
            return grant
        if self.store.lease_refresh(grant.id, self._now(), LEASE):
            return self._refresh(grant, token)
        return self._await(grant, token)

    def _refresh(self, grant: Grant, old: ProviderToken) -> Grant:
        current = self._current(grant)
        if current.provider_token != old:  # another one was faster, between our look and our lease
            self.store.release_refresh(grant.id)
            return current
        try:
            new = self.handler.refresh(old)
        except ProviderGrantEnded as error:
            self._end(grant, error)
            raise TokenInvalid from error
        except ProviderError as error:
            log.warning("could not refresh the provider token of %s: %s", grant.user.subject, error)
            self._failures.add(grant.id, self.clock())
            self.store.release_refresh(grant.id)
            return current
        if not self.store.save_provider_token(grant.id, new, self._now()):
            raise TokenInvalid
        log.info("refreshed the provider token of %s", grant.user.subject)
        return replace(current, provider_token=new)

    def _await(self, grant: Grant, token: ProviderToken) -> Grant:
        if token.expires_at is not None and token.expires_at > self._now():
            return self._current(grant)  # the old token serves on while another one asks
        for _ in range(int(LEASE / _WAIT)):
            self.pause(_WAIT)
            current = self._current(grant)
            if current.provider_token != grant.provider_token:
                return current
            if self.store.lease_refresh(grant.id, self._now(), LEASE):  # its holder gave up, or is done since our look
                self.store.release_refresh(grant.id)
                return self._current(grant)
        return grant

    def _current(self, grant: Grant) -> Grant:
        current = self.store.find_grant(grant.id, self._now())
        if current is None:
            raise TokenInvalid
        return current

    def _end(self, grant: Grant, error: ProviderError) -> None:
        log.warning("the grant %s of %s ends: %s", grant.id, grant.user.subject, error)
        self.store.revoke_grant(grant.id, self._now())
        facts = {"client": grant.client_id, "subject": grant.user.subject, "grant": grant.id}
        self.audit.record("grant_ended", reason="the provider ended it", **facts)

    def _now(self) -> int:
        return int(self.clock())
