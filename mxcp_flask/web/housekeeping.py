"""Removes what has expired, in small batches, by whichever worker holds the lease, while people sign in.

The request that it comes with waits for the first batch. When that was full, the others follow in a thread.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from functools import partial

from mxcp_flask.errors import StoreError
from mxcp_flask.host import Host
from mxcp_flask.store.sweeping import BATCH, sweeping
from mxcp_flask.web.context import oauth, services

EVERY = 30  # seconds between two sweeps, of all workers together
LONGEST = 20.0  # seconds that one sweep goes on
log = logging.getLogger("mxcp.web")


def sweep() -> None:
    """Delete expired rows, and clients that nobody uses, if it is time for it."""
    store, now = oauth().store, oauth().server.now()
    if not store.claim_sweep(now, EVERY):
        return
    limits = services().settings.auth.registration
    batch = partial(store.sweep, now, unused_before=now - limits.unused_ttl, idle_before=now - limits.idle_ttl)
    if batch(BATCH) >= BATCH:
        threading.Thread(target=go_on, args=(batch, services().host), name="mxcp-sweep", daemon=True).start()


def go_on(batch: Callable[[int], int], host: Host, clock: Callable[[], float] = time.monotonic) -> None:
    """Delete batch after batch until nothing is left, the time is over, or the server ends."""
    until = clock() + LONGEST
    try:
        for _ in sweeping(batch):
            if clock() > until or host.is_stopping():
                return
    except StoreError as error:
        log.warning("what has expired was not deleted: %s", error)
