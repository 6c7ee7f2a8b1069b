"""The request that a log line belongs to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

#: The identifier of the request at hand, empty outside of one. The web edge sets it.
request_id: ContextVar[str] = ContextVar("request_id", default="")


@contextmanager
def of_request(identifier: str) -> Iterator[None]:
    """Work for the request with ``identifier`` meanwhile, on whatever thread.

    A copy of the request's whole context would do too, and keep alive what belongs to the request.
    """
    token = request_id.set(identifier)
    try:
        yield
    finally:
        request_id.reset(token)
