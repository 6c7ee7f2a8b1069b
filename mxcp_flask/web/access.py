"""Each request's identifier, and the one line that says how it went.

The identifier is a trusted proxy's ``X-Request-ID`` if that is well-formed, else made here. It is in the answer, in
every log line of the request, in its audit lines, and the reference on error pages.
"""

from __future__ import annotations

import logging
import random
import re
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from flask import Response

from mxcp_flask.logs import of_request, request_id, tell
from mxcp_flask.oauth import audit
from mxcp_flask.web.context import context, current_request, services

HEADER = "X-Request-ID"
log = logging.getLogger("mxcp.access")
_WELL_FORMED = re.compile(r"[A-Za-z0-9._:=+/-]{1,128}")
_QUIET = frozenset({"health.health", "health.ready", "metrics.metrics"})  # asked every few seconds
_LONGEST_PATH = 300  # characters


def begin() -> None:
    """Before a request, first of all: look at the clock, and give it its identifier."""
    began, here, current = time.perf_counter(), context(), current_request()
    given = current.environ.get("HTTP_X_REQUEST_ID", "")
    known = _WELL_FORMED.fullmatch(given) and services().hosts.trusts(current.remote_addr)
    here.began, here.reference = began, given if known else f"{random.getrandbits(64):016x}"
    request_id.set(here.reference)


def finish(response: Response) -> Response:
    """After a request, last of all: name it in the answer, and log it once the answer is known to its end."""
    reference = context().reference
    response.headers.add(HEADER, reference)  # which nobody else sets
    record = _recorder(response.status_code)
    size = response.content_length if response.is_streamed else response.calculate_content_length()
    if size is None:
        response.response = Followed(response.response, reference, record)
    else:
        record(0 if current_request().method == "HEAD" else size)
    return response


def forget(_: BaseException | None) -> None:
    """When a request is over: what its thread does next belongs to no request."""
    request_id.set("")


class Followed:
    """The parts of a streamed answer, made under its request's identifier; at the end ``record`` gets their size."""

    def __init__(self, parts: Iterable[Any], identifier: str, record: Callable[[int], None]) -> None:
        self._parts = iter(parts)
        self._source = parts
        self._identifier = identifier
        self._record = record
        self._size = 0
        self._is_over = False

    def __iter__(self) -> Iterator[bytes]:
        """Return itself: it can be read once."""
        return self

    def __next__(self) -> bytes:
        """Make the next part."""
        try:
            with of_request(self._identifier):
                part: bytes = next(self._parts)
        except BaseException:
            self._end()
            raise
        self._size += len(part)
        return part

    def close(self) -> None:
        """End the work on the parts that nobody takes any more."""
        close = getattr(self._source, "close", None)
        with of_request(self._identifier):
            if close is not None:
                close()
        self._end()

    def _end(self) -> None:
        if not self._is_over:
            self._is_over = True
            with of_request(self._identifier):
                self._record(self._size)


def _recorder(status: int) -> Callable[[int], None]:
    """Return what reports and logs the request, given the answer's size; it may be over by then."""
    current = current_request()
    rule = current.url_rule
    level = logging.DEBUG if current.endpoint in _QUIET else logging.INFO
    meter, route = services().meter, rule.rule if rule else ""
    began, method, path, address = context().began, current.method[:20], current.path, audit.address.get()

    def record(size: int) -> None:
        seconds = time.perf_counter() - began
        meter.answered(route, method, status, seconds)
        if not log.isEnabledFor(level):
            return
        took = round(seconds * 1000, 1)
        facts = {"method": method, "path": path, "status": status, "ms": took, "bytes": size, "address": address}
        text = f"{method} {path[:_LONGEST_PATH]!r} -> {status} in {took} ms, {size} bytes, for {address}"
        tell(log, level, "request", facts, text)

    return record
