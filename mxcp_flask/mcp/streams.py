"""Answers in parts: notifications, and then the response, as server-sent events (WHATWG HTML §9.2).

They have no ids, for nothing can be resumed: who comes back must ask again.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from typing import Any

from mxcp_flask.mcp.answers import Body, joined
from mxcp_flask.mcp.json_text import encode

Json = dict[str, Any]
Telling = Generator[Json, None, Json]
"""A handler's work that has something to tell meanwhile: it yields notifications and returns its result."""
_BEFORE, _AFTER = b"event: message\ndata: ", b"\n\n"


def notification(method: str, **params: Any) -> Json:
    """Return a notification of the server."""
    return {"jsonrpc": "2.0", "method": method, "params": params}


def events(telling: Telling, conclude: Callable[[Json | Exception], Body]) -> Iterator[bytes]:
    """Yield the notifications of ``telling`` as they come, and at last the response to its result or failure.

    ``telling`` is closed whatever happens, so that it can end what it began when the client goes away.
    """
    with closing(telling):
        try:
            answer: Json | Exception = yield from _told(telling)
        except Exception as error:  # noqa: BLE001 - the response says what it can about it
            answer = error
        yield from _sent(joined(_BEFORE, conclude(answer), _AFTER))


def _told(telling: Telling) -> Generator[bytes, None, Json]:
    while True:
        try:
            note = next(telling)
        except StopIteration as end:
            result: Json = end.value
            return result
        yield _event(encode(note))


def _event(text: bytes) -> bytes:
    return _BEFORE + text + _AFTER


def _sent(body: Body) -> Iterator[bytes]:
    if isinstance(body, bytes):
        yield body
        return
    with closing(body):
        yield from body
