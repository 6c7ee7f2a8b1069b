"""The request that a log line belongs to."""

from __future__ import annotations

from contextvars import ContextVar

#: The identifier of the request at hand, empty outside of one. The web edge sets it; threads that work for a request
#: run in a copy of its context.
request_id: ContextVar[str] = ContextVar("request_id", default="")
