"""Clients that describe themselves at the URL that is their identifier.

draft-ietf-oauth-client-id-metadata-document-00. A document is read when its client appears, and kept in the store while
it is fresh; one that can then not be read again is not used any more. What it links to (a logo, keys) is never fetched.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from urllib.parse import urlsplit

from authlib.oauth2 import OAuth2Error

from mxcp_flask import redirect_uris
from mxcp_flask.errors import OutboundFailed, OutboundRefused
from mxcp_flask.oauth.client_document import client_of
from mxcp_flask.oauth.look_ups import RecentFailures, SingleFlight
from mxcp_flask.oauth.registration import LONGEST_URI
from mxcp_flask.outbound import Outbound
from mxcp_flask.records import Client
from mxcp_flask.store.base import ClientStore

FAILURE_SECONDS = 60
MOST_FAILURES = 1000
MOST_AT_ONCE = 2  # look-ups in this process; the other threads serve on
PATIENCE = 12.0  # seconds

log = logging.getLogger("mxcp.oauth")


def is_document_url(client_id: str) -> bool:
    """Tell whether ``client_id`` may be the URL of a document (draft §3); we refuse a query, which it only advises."""
    return (
        client_id.startswith("https://")
        and len(client_id) <= LONGEST_URI
        and redirect_uris.find_fault(client_id) is None  # host, user information, fragment, dot segments
        and "?" not in client_id
        and urlsplit(client_id).path not in {"", "/"}
    )


class ClientDocuments:
    """Finds clients by the URLs of their documents. Of look-ups at the same time one fetches, and failures rest."""

    def __init__(
        self,
        outbound: Outbound,
        clients: ClientStore,
        clock: Callable[[], float],
        admit: Callable[[], None] = lambda: None,
    ) -> None:
        self.outbound = outbound
        self.clients = clients
        self.clock = clock
        self.admit = admit
        self._failures = RecentFailures(FAILURE_SECONDS, MOST_FAILURES)
        self._flights = SingleFlight[Client | None](MOST_AT_ONCE, PATIENCE)

    def find(self, client_id: str) -> Client | None:
        """Return the client whose document is at ``client_id``, or None, and the log says why.

        Raises:
            StoreError: the store cannot answer.
            TooManyRegistrations, TooManyClients: a new document would have to be read, and ``admit`` is against it.
            TooManyLookUps: too many documents are being read, or this one takes too long.

        """
        if not is_document_url(client_id):
            log.info("client %r: this is not the URL of a client metadata document", client_id[:200])
            return None
        return self._fresh(client_id) or self._flights.run(client_id, lambda: self._look_up(client_id))

    def _fresh(self, client_id: str) -> Client | None:
        client = self.clients.get_client(client_id)
        fresh = client is not None and (client.configured or (client.fresh_until or 0) > self.clock())
        return client if fresh else None

    def _look_up(self, client_id: str) -> Client | None:
        client = self._fresh(client_id)
        if client is not None:  # a look-up that has just ended read it
            return client
        if self._failures.has(client_id, self.clock()):
            log.info("client %s: its metadata document could not be used a moment ago", client_id)
            return None
        return self._read(client_id)

    def _read(self, client_id: str) -> Client | None:
        now = int(self.clock())
        if self.clients.get_client(client_id) is None:  # one that is known already may be read again
            self.admit()
        try:
            client = client_of(client_id, self.outbound.get(client_id, {"Accept": "application/json"}), now)
        except (OutboundRefused, OutboundFailed, OAuth2Error) as error:
            self._failures.add(client_id, self.clock())
            level = logging.WARNING if isinstance(error, OutboundRefused) else logging.INFO
            log.log(level, "client %s: its metadata document cannot be used: %s", client_id, error)
            return None
        self.clients.put_client(client)
        log.info("client %s: read its metadata document", client_id)
        return client
