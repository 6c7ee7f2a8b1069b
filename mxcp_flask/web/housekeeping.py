"""Removes what has expired, a little at each new sign-in, so that the store does not grow."""

from __future__ import annotations

from mxcp_flask.web.context import oauth

_ROWS = 100


def sweep() -> None:
    """Delete up to 100 expired rows of each kind."""
    oauth().store.sweep(oauth().server.now(), _ROWS)
