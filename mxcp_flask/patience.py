"""Work that is left behind when it takes too long."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, wait
from threading import Thread
from typing import TypeVar

from mxcp_flask.errors import TookTooLong
from mxcp_flask.logs import of_request, request_id

Result = TypeVar("Result")


def within(seconds: float, work: Callable[[], Result], name: str) -> Result:
    """Return what ``work`` returns, or raise what it raises. It runs in a thread ``name``, which may outlast the call.

    Raises:
        TookTooLong: it was not done after ``seconds``; nobody learns any more what becomes of it.

    """
    outcome = Future[Result]()
    Thread(target=_settle, args=(outcome, work, request_id.get()), name=name, daemon=True).start()
    if not wait([outcome], seconds).done:
        raise TookTooLong(seconds=seconds)
    return outcome.result()


def _settle(outcome: Future[Result], work: Callable[[], Result], request: str) -> None:
    try:
        with of_request(request):
            outcome.set_result(work())
    except Exception as error:  # noqa: BLE001 (raised again where the outcome is awaited)
        outcome.set_exception(error)
