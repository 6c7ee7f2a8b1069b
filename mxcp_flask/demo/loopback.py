"""HTTP among the demo's own servers, which no proxy of the environment can reach: its loopback is another machine's."""

from __future__ import annotations

from typing import Any

import requests

TIMEOUT = 20  # seconds


def direct_session() -> requests.Session:
    """Return a session that takes neither proxies nor credentials from the environment."""
    session = requests.Session()
    session.trust_env = False
    return session


def send(method: str, url: str, *, timeout: float = TIMEOUT, **options: Any) -> requests.Response:
    """Send one request, on a connection of its own; ``options`` are those of ``requests``."""
    with direct_session() as session:
        return session.request(method, url, timeout=timeout, **options)
