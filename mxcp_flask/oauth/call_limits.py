"""How many calls a person, and a client, may make in a minute: so many that only a loop that runs away ever meets it.

A call is a JSON-RPC request on the MCP endpoint, whatever its method; each of a batch is one. Notifications are none.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from mxcp_flask.errors import TooManyCalls
from mxcp_flask.oauth.allowances import WINDOW, Allowances
from mxcp_flask.oauth.audit import Audit
from mxcp_flask.records import Grant
from mxcp_flask.store.base import Store

log = logging.getLogger("mxcp.oauth")


class CallLimits:
    """``per_person`` and ``per_client`` calls a minute, over all processes that share ``store``; 0 is no limit."""

    def __init__(
        self, store: Store, clock: Callable[[], float], audit: Audit, per_person: int, per_client: int
    ) -> None:
        self._clock = clock
        self._audit = audit
        self._persons = Allowances(store, "person", per_person)
        self._clients = Allowances(store, "client", per_client)

    def admit(self, grant: Grant, calls: int = 1) -> None:
        """Count ``calls`` that come with ``grant``, all or none.

        Raises:
            TooManyCalls: person or client has had their share; the next one begins in ``retry_after`` seconds.

        """
        now, person, client = int(self._clock()), grant.user.subject, grant.client_id
        if not self._persons.spend(person, now, calls):
            self._refuse(self._persons, person, grant, now)
        if not self._clients.spend(client, now, calls):
            self._persons.give_back(person, now, calls)
            self._refuse(self._clients, client, grant, now)

    def _refuse(self, allowances: Allowances, key: str, grant: Grant, now: int) -> None:
        error = TooManyCalls(kind=allowances.kind, limit=allowances.limit, retry_after=WINDOW - now % WINDOW)
        if allowances.is_first_refusal(key, now):  # what runs away must not fill the audit, too
            log.warning("%s %r has made %d calls in a minute", allowances.kind, key, allowances.limit)
            facts = {"subject": grant.user.subject, "client": grant.client_id, "reason": str(error)}
            self._audit.record("calls_refused", **facts)
        raise error
