"""People who sign in, and clients that refresh, from processes of their own."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any

import requests

from benchmarks.processes import cpu_of
from benchmarks.served import Served
from mxcp_flask.demo import loopback
from mxcp_flask.demo.client import REDIRECT_URI, DemoClient
from mxcp_flask.demo.walk import Walk

_PROCESSES = 4
_PATIENCE = 60.0  # seconds beyond what was asked for


@dataclass(frozen=True)
class SignedIn:
    """What a client has when its person has signed in."""

    access_token: str
    refresh_token: str
    client_id: str
    token_endpoint: str


SignIn = Callable[[str], SignedIn]


class RefreshingClient(DemoClient):
    """A client that registers for refresh tokens."""

    def register(self) -> requests.Response:
        """Register as a public client (RFC 7591)."""
        metadata = {
            "client_name": "mxcp demo",
            "redirect_uris": [REDIRECT_URI],
            "token_endpoint_auth_method": "none",
            "grant_types": ["authorization_code", "refresh_token"],
        }
        return loopback.send("POST", self.metadata["registration_endpoint"], json=metadata)


def sign_in(base: str, login: str = "ada-fixture") -> SignedIn:
    """Walk from the URL of a server of ours to a token."""
    walk = Walk(f"{base}/mcp", lambda _: None)
    walk.client = RefreshingClient(walk.client.mcp_url)
    for step in (walk.refused, walk.discover, walk.register, walk.consent):
        step()
    walk.sign_in(login)
    answer = walk.client.exchange(walk.code, walk.resource)
    answer.raise_for_status()
    tokens, client = answer.json(), walk.client
    endpoint, client_id = client.metadata["token_endpoint"], client.registration["client_id"]
    return SignedIn(tokens["access_token"], tokens["refresh_token"], client_id, endpoint)


def measure_sign_ins(served: Served, sign_in: SignIn, seconds: float, clients: int = _PROCESSES) -> dict[str, Any]:
    """Sign people in, the whole way from the URL to a token, in several processes; return how that went."""
    return _measured(served, "sign-in", _sign_ins, [(served.base, sign_in, seconds)] * clients)


def measure_refreshes(served: Served, sign_in: SignIn, seconds: float) -> dict[str, Any]:
    """Refresh tokens in several processes, one person in each; return how that went."""
    return _measured(served, "refresh", _refreshes, [(sign_in(served.base), seconds) for _ in range(_PROCESSES)])


def _measured(
    served: Served, kind: str, work: Callable[..., list[float]], tasks: Sequence[tuple[Any, ...]]
) -> dict[str, Any]:
    before, before_database = cpu_of(served.pid), served.database_cpu()
    with ProcessPoolExecutor(len(tasks), mp_context=get_context("spawn")) as pool:
        running = [pool.submit(work, *task) for task in tasks]
        results = [each.result(timeout=task[-1] + _PATIENCE) for each, task in zip(running, tasks, strict=True)]
    used, used_by_database = cpu_of(served.pid) - before, served.database_cpu() - before_database
    times = sorted(taken for result in results for taken in result)
    return {
        "kind": kind,
        "clients": len(tasks),
        "done": len(times),
        "per_second": round(sum(len(result) / sum(result) for result in results), 1),
        "p50_ms": round(times[len(times) // 2] * 1000, 1),
        "p99_ms": round(times[len(times) * 99 // 100] * 1000, 1),
        "cpu_us": round(used / len(times) * 1e6),
        "database_cpu_us": round(used_by_database / len(times) * 1e6),
    }


def _sign_ins(base: str, sign_in: SignIn, seconds: float) -> list[float]:
    return _repeated(lambda: sign_in(base), seconds)


def _refreshes(person: SignedIn, seconds: float) -> list[float]:
    form = {"grant_type": "refresh_token", "client_id": person.client_id, "refresh_token": person.refresh_token}
    with loopback.direct_session() as session:

        def refresh() -> None:
            answer = session.post(person.token_endpoint, data=form, timeout=loopback.TIMEOUT)
            answer.raise_for_status()
            form["refresh_token"] = answer.json()["refresh_token"]

        return _repeated(refresh, seconds)


def _repeated(step: Callable[[], object], seconds: float) -> list[float]:
    times, ends = list[float](), time.perf_counter() + seconds
    while (began := time.perf_counter()) < ends:
        step()
        times.append(time.perf_counter() - began)
    return times
