"""MXCP as its makers publish it: their program, the same project, and a stand-in for Keycloak where people sign in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from benchmarks import starting
from benchmarks.eras import LEGACY
from benchmarks.ground import Ground
from benchmarks.peers.keycloak import REALM, create_keycloak
from benchmarks.people import SignedIn
from benchmarks.served import Program, Served, running
from benchmarks.venvs import python_with, versions_of
from mxcp_flask.demo import loopback, servers
from mxcp_flask.demo.browser import query_of
from mxcp_flask.demo.client import REDIRECT_URI, DemoClient

# Later dbt-core fetches a program from elsewhere while it is installed; the server never uses dbt.
_PACKAGES = ("mxcp==0.12.3", "dbt-core<1.11", "duckdb==2.0.1")
_SCOPE = "mxcp:access"  # which it ignores


@contextmanager
def serving(ground: Ground) -> Iterator[Served]:
    """Serve the project while the block lasts, to somebody who has signed in. Raises NotInstalled or NotStarted."""
    python, port = python_with(_PACKAGES), servers.free_port()
    folder = ground.new_folder(f"upstream-{port}")
    with servers.serve_app(create_keycloak()) as keycloak:
        environ = {"MXCP_CONFIG": str(_configure(folder, keycloak, port)), "MXCP_DISABLE_ANALYTICS": "1"}
        command: list[str | Path] = [python.with_name("mxcp"), "serve", "--port", str(port), "--readonly"]
        program = Program(command, environ, ground.project, port)
        with running(program, lambda: starting.is_there(program)):
            token = sign_in(program.base).access_token
        with starting.serving(program, token, LEGACY, ground.starts) as served:
            yield served


def versions() -> dict[str, str]:
    """Return what is installed."""
    return versions_of(python_with(_PACKAGES), ("mxcp", "mcp", "duckdb"))


def sign_in(base: str) -> SignedIn:
    """Go from the URL to a token; there is no page to agree to."""
    client = DemoClient(f"{base}/mcp")
    client.metadata = client.get(f"{base}/.well-known/oauth-authorization-server").json()
    client.registration = _register(client.metadata["registration_endpoint"])
    answer = client.exchange(_code_of(client.authorization_url(_SCOPE, client.mcp_url)), client.mcp_url)
    answer.raise_for_status()
    tokens = answer.json()
    return SignedIn(
        tokens["access_token"],
        tokens["refresh_token"],
        client.registration["client_id"],
        client.metadata["token_endpoint"],
    )


def _code_of(url: str) -> str:
    """Follow where the browser is sent, until it comes back to the client."""
    with loopback.direct_session() as browser:
        while not url.startswith(REDIRECT_URI):
            answer = browser.get(url, allow_redirects=False, timeout=loopback.TIMEOUT)
            answer.raise_for_status()
            url = answer.headers["Location"]
    return query_of(url)["code"]


def _register(endpoint: str) -> dict[str, str]:
    metadata = {
        "client_name": "benchmark",
        "redirect_uris": [REDIRECT_URI],
        "grant_types": ["authorization_code", "refresh_token"],
        "token_endpoint_auth_method": "none",
        "scope": _SCOPE,
    }
    answer: requests.Response = loopback.send("POST", endpoint, json=metadata)
    answer.raise_for_status()
    registration: dict[str, str] = answer.json()
    return registration


def _configure(folder: Path, keycloak: str, port: int) -> Path:
    section = {
        "client_id": "benchmark",
        "client_secret": "benchmark",
        "realm": REALM,
        "server_url": keycloak,
        "scope": "openid",
        "callback_path": "/keycloak/callback",
    }
    persistence = {"type": "sqlite", "path": str(folder / "oauth.db")}
    auth = {"provider": "keycloak", "persistence": persistence, "keycloak": section}
    http = {"host": servers.HOST, "port": port}
    document = {
        "mxcp": 1,
        "transport": {"provider": "streamable-http", "http": http},
        "projects": {"demo": {"profiles": {"demo": {"auth": auth}}}},
    }
    path = folder / "config.yml"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path
