"""Removes what has expired, in small batches, by whichever worker holds the lease, while people sign in."""

from __future__ import annotations

from mxcp_flask.web.context import oauth, services

EVERY = 300  # seconds between two sweeps, of all workers together
_ROWS = 100
_BATCHES = 5


def sweep() -> None:
    """Delete some hundred expired rows, and clients that nobody uses, if it is time for it."""
    store, now = oauth().store, oauth().server.now()
    if not store.claim_sweep(now, EVERY):
        return
    limits = services().settings.auth.registration
    unused, idle = now - limits.unused_ttl, now - limits.idle_ttl
    for _ in range(_BATCHES):
        if store.sweep(now, _ROWS, unused_before=unused, idle_before=idle) == 0:
            return
