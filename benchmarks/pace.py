"""How long each single call takes, as clients see it that call one after the other."""

from __future__ import annotations

import http.client
import itertools
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from benchmarks.wrk import Request, WrongAnswer
from mxcp_flask.demo import servers

CLIENTS = 2  # so that no call waits for another one
BOUNDS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)  # milliseconds
_PATIENCE = 120.0  # seconds for one answer


def latencies(port: int, request: Request, seconds: float) -> list[float]:
    """Return the seconds of each call of the clients, which are processes of their own. Raises WrongAnswer."""
    with ProcessPoolExecutor(CLIENTS, mp_context=get_context("spawn")) as pool:
        running = [pool.submit(_calls, port, request, seconds) for _ in range(CLIENTS)]
        return [taken for each in running for taken in each.result()]


def histogram(times: list[float]) -> list[int]:
    """Return how many took up to each of the bounds, and more than the last one."""
    counts = [0] * (len(BOUNDS) + 1)
    for taken in times:
        counts[sum(taken * 1000 > bound for bound in BOUNDS)] += 1
    return counts


def _calls(port: int, request: Request, seconds: float) -> list[float]:
    connection = http.client.HTTPConnection(servers.HOST, port, timeout=_PATIENCE)
    headers = [{**request.headers, **dict([line.split(": ", 1)])} for line in request.variants]
    times, ends = list[float](), time.perf_counter() + seconds
    for own in itertools.cycle(headers):
        if (began := time.perf_counter()) > ends:
            return times
        connection.request("POST", "/mcp", request.body, own)
        answer = connection.getresponse()
        text = answer.read().decode()
        times.append(time.perf_counter() - began)
        if answer.status != 200 or text != request.expected:
            raise WrongAnswer(f"{answer.status} {text[:300]}")
    return times
