"""Ends the provider's token of a sign-in that gave no application access: nothing here will use it.

It would count there all the same. GitHub keeps ten for a person and app; for an eleventh it ends the oldest, which an
application may be using.
"""

from __future__ import annotations

import logging
from functools import partial

from mxcp_flask.errors import MxcpError
from mxcp_flask.patience import within
from mxcp_flask.providers import ExternalOAuthHandler
from mxcp_flask.records import ProviderToken
from mxcp_flask.store.base import Store

log = logging.getLogger("mxcp.oauth")
PATIENCE = 3.0  # seconds that a person waits for it


class UnusedTokens:
    """Ends tokens at ``handler``'s provider, unless a grant in ``store`` stands on them."""

    def __init__(self, store: Store, handler: ExternalOAuthHandler, patience: float = PATIENCE) -> None:
        self._store = store
        self._handler = handler
        self._patience = patience

    def end(self, subject: str, token: ProviderToken, now: int) -> None:
        """End the ``token`` of the person ``subject``. Raises nothing: whatever fails, the sign-in goes on."""
        try:
            # A provider that gives the same token once more would take it from an application.
            if not self._is_used(subject, token, now) and self._revoke(token):
                log.info("ended the provider token of %s, which nobody needs", subject)
        except Exception as error:  # noqa: BLE001 (it is not what the person came for)
            told = str(error) if isinstance(error, MxcpError) else type(error).__name__
            log.warning("could not end the provider token of %s, which nobody needs: %s", subject, told)

    def _is_used(self, subject: str, token: ProviderToken, now: int) -> bool:
        listed = self._store.list_grants(now, subject=subject)  # without their tokens
        grants = (self._store.find_grant(grant.id, now) for grant in listed)
        kept = (grant.provider_token for grant in grants if grant and grant.provider_token)
        return any(token.access_token == each.access_token or _same_refresh(token, each) for each in kept)

    def _revoke(self, token: ProviderToken) -> bool:
        return within(self._patience, partial(self._handler.revoke, token), "revocation")


def _same_refresh(token: ProviderToken, other: ProviderToken) -> bool:
    return token.refresh_token is not None and token.refresh_token == other.refresh_token
