"""Requests that can be cancelled: notifications/cancelled of the legacy revisions, within one process."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any
from weakref import WeakValueDictionary

from mxcp_flask.mcp.jsonrpc import Id


class Running:
    """The requests that are being answered, each for as long as somebody holds what ``watch`` returned for it."""

    def __init__(self) -> None:
        self._flags: WeakValueDictionary[tuple[str, Id], threading.Event] = WeakValueDictionary()

    def watch(self, grant: str, request_id: Id, alive: Callable[[], bool] | None) -> Callable[[], bool] | None:
        """Return what tells whether the request is still wanted: it was not cancelled, and ``alive`` holds if given.

        Clients without sign-in cannot be told from each other, and all begin to count at the same number: nobody can
        cancel for them.
        """
        if not grant:
            return alive
        flag = self._flags[grant, request_id] = threading.Event()
        return lambda: not flag.is_set() and (alive is None or alive())

    def cancel(self, grant: str, params: Any) -> None:
        """Cancel the request that ``params`` of notifications/cancelled names, if it is one of the same sign-in."""
        request_id = params.get("requestId") if isinstance(params, dict) else None
        if not isinstance(request_id, (str, int)):
            return
        flag = self._flags.get((grant, request_id))
        if flag is not None:
            flag.set()
