"""How long a server takes until it gives a right answer to somebody with a token."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from statistics import median

import requests

from benchmarks import eras
from benchmarks.cases import SUM
from benchmarks.served import Program, Served, running


def is_there(program: Program) -> bool:
    """Tell whether anything answers at all."""
    with requests.Session() as session:
        session.trust_env = False
        session.get(program.base, timeout=5, allow_redirects=False)
    return True


def is_right(program: Program, token: str, era: str) -> bool:
    """Tell whether a sum is answered."""
    url = f"{program.base}/mcp"
    own, body = eras.request_of(SUM.method, SUM.params, era)
    session = eras.begin(url, token) if era == eras.LEGACY else None
    answer = eras.send(url, eras.headers_of(token, era) | eras.session_header(session) | own, body)
    with suppress(ValueError):
        return answer.status_code == 200 and SUM.is_right(eras.result_of(answer.text))
    return False


@contextmanager
def serving(program: Program, token: str, era: str, starts: int = 1) -> Iterator[Served]:
    """Start so many times, and serve while the block lasts, which begins with the first right answer.

    Raises NotStarted.
    """
    times = []
    for _ in range(starts - 1):
        with running(program, lambda: is_right(program, token, era)) as (_, seconds):
            times.append(seconds)
    with running(program, lambda: is_right(program, token, era)) as (pid, seconds):
        yield Served(program, pid, round(median([*times, seconds]), 2), token)
