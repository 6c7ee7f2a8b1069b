"""Removes what has expired, in small batches, by whichever worker holds the lease, while people sign in."""

from __future__ import annotations

import time

from mxcp_flask.web.context import oauth, services

EVERY = 30  # seconds between two sweeps, of all workers together
LONGEST = 0.2  # seconds that one sweep may take of the request that it comes with
_ROWS = 100


def sweep() -> None:
    """Delete expired rows, and clients that nobody uses, if it is time for it."""
    store, now = oauth().store, oauth().server.now()
    if not store.claim_sweep(now, EVERY):
        return
    limits = services().settings.auth.registration
    unused, idle = now - limits.unused_ttl, now - limits.idle_ttl
    deadline = time.monotonic() + LONGEST
    while store.sweep(now, _ROWS, unused_before=unused, idle_before=idle) and time.monotonic() < deadline:
        pass
