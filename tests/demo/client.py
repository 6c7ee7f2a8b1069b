"""How the tests speak to the stand-in, whatever its dialect."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qsl

from flask import Flask
from flask.testing import FlaskClient

from mxcp_flask.digests import s256

CLIENT_ID = "client-fixture"
CLIENT_SECRET = "secret-fixture"
VERIFIER = "verifier-fixture-that-is-at-least-43-characters-long"
CHALLENGE = s256(VERIFIER)
THREADS = 8


def given(fields: dict[str, str | None]) -> dict[str, str]:
    """Return ``fields`` without those that are None."""
    return {name: value for name, value in fields.items() if value is not None}


def target(response: Any) -> tuple[str, dict[str, str]]:
    """Return where a redirect goes: the URL without its query, and the query."""
    assert response.status_code == 302
    url, _, query = response.headers["Location"].partition("?")
    return url, dict(parse_qsl(query, strict_parsing=True))


def approve(browser: FlaskClient, url: str, request: dict[str, str], login: str) -> str:
    """Sign in on the page at ``url`` and return the code."""
    answer = {"login": login, "decision": "approve"}
    return target(browser.post(url, query_string=request, data=answer))[1]["code"]


def get(server: FlaskClient, path: str, token: str, scheme: str = "Bearer") -> Any:
    """Ask the API with a token."""
    return server.get(path, headers={"Authorization": f"{scheme} {token}"})


def race(provider: Flask, attempt: Callable[[FlaskClient], dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what ``THREADS`` simultaneous attempts answer, each with a client of its own."""
    barrier = threading.Barrier(THREADS)

    def run(_: int) -> dict[str, Any]:
        client = provider.test_client(use_cookies=False)
        barrier.wait(timeout=10)
        return attempt(client)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, range(THREADS)))
