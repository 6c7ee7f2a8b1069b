"""An MCP client: it registers, sends a browser to the server, and listens on loopback for the answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

from mxcp_flask.demo import loopback
from mxcp_flask.digests import new_secret, s256
from mxcp_flask.remote.listener import Listener
from tests.support import live

NAME = "Notebook"


class Application:
    """A registered client. Made by ``registered``."""

    def __init__(self, base: str, listener: Listener, client_id: str, redirect_uri: str) -> None:
        self.base = base
        self.client_id = client_id
        self.redirect_uri = redirect_uri
        self.listener = listener
        self.verifier = new_secret()

    def authorization_url(self, **changes: str) -> str:
        """Return where the browser must go."""
        parameters = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": "mxcp:access mxcp:admin",
            "state": self.listener.state,
            "code_challenge": s256(self.verifier),
            "code_challenge_method": "S256",
            **changes,
        }
        return f"{self.base}/authorize?{urlencode(parameters)}"

    def answer(self) -> dict[str, str]:
        """Return what the browser has brought."""
        return dict(self.listener.wait(live.SECONDS))

    def token(self, code: str) -> str:
        """Exchange ``code`` for an access token."""
        form = {
            "grant_type": "authorization_code",
            "client_id": self.client_id,
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": self.verifier,
        }
        answer = loopback.send("POST", f"{self.base}/token", data=form)
        assert answer.status_code == 200, answer.text
        token: str = answer.json()["access_token"]
        return token

    def ask_tools(self, token: str) -> int:
        """Ask for the list of tools, and return the answer's status."""
        headers = {"Authorization": f"Bearer {token}", "MCP-Protocol-Version": "2025-11-25"}
        question = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
        return loopback.send("POST", f"{self.base}/mcp", json=question, headers=headers).status_code


def register(base: str, name: str, redirect_uris: Sequence[str]) -> dict[str, Any]:
    """Register a public client (RFC 7591), and return the answer."""
    asked = {"client_name": name, "redirect_uris": list(redirect_uris), "token_endpoint_auth_method": "none"}
    answer: dict[str, Any] = loopback.send("POST", f"{base}/register", json=asked).json()
    return answer


@contextmanager
def registered(base: str, name: str = NAME, redirect_uri: str = "") -> Iterator[Application]:
    """Listen, and register a client: with the listener's URI unless ``redirect_uri`` is another."""
    listener = Listener()
    try:
        uri = redirect_uri or listener.redirect_uri
        yield Application(base, listener, register(base, name, [uri])["client_id"], uri)
    finally:
        listener.close()
