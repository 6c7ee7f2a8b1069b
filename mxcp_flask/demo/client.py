"""An MCP client that knows only the server's URL, and does by hand what a client's library does."""

from __future__ import annotations

import json
from typing import Any

import requests

from mxcp_flask.demo import loopback
from mxcp_flask.digests import new_secret, s256

REVISION = "2026-07-28"
REDIRECT_URI = "http://127.0.0.1:49153/oauth/callback"  # nobody listens: the walk reads the redirect itself
_META = {
    "io.modelcontextprotocol/protocolVersion": REVISION,
    "io.modelcontextprotocol/clientCapabilities": {},
    "io.modelcontextprotocol/clientInfo": {"name": "mxcp demo", "version": "1"},
}


class DemoClient:
    """What the client has learnt so far: the server's metadata, its own registration, its access token."""

    def __init__(self, mcp_url: str) -> None:
        self.mcp_url = mcp_url
        self.metadata: dict[str, Any] = {}
        self.registration: dict[str, Any] = {}
        self.token: str | None = None
        self.verifier = ""
        self.state = ""

    def get(self, url: str) -> requests.Response:
        """GET a metadata document."""
        return loopback.send("GET", url)

    def register(self) -> requests.Response:
        """Register as a public client (RFC 7591)."""
        metadata = {
            "client_name": "mxcp demo",
            "redirect_uris": [REDIRECT_URI],
            "token_endpoint_auth_method": "none",
        }
        return loopback.send("POST", self.metadata["registration_endpoint"], json=metadata)

    def authorization_url(self, scope: str, resource: str) -> str:
        """Return where the person's browser must go, with a new state and PKCE pair."""
        self.state, self.verifier = new_secret(), new_secret()
        parameters = {
            "response_type": "code",
            "client_id": self.registration["client_id"],
            "redirect_uri": REDIRECT_URI,
            "scope": scope,
            "resource": resource,
            "state": self.state,
            "code_challenge": s256(self.verifier),
            "code_challenge_method": "S256",
        }
        url = requests.Request("GET", self.metadata["authorization_endpoint"], params=parameters).prepare().url
        return url or ""

    def exchange(self, code: str, resource: str) -> requests.Response:
        """Exchange ``code`` for tokens."""
        form = {
            "grant_type": "authorization_code",
            "client_id": self.registration["client_id"],
            "code": code,
            "redirect_uri": REDIRECT_URI,
            "code_verifier": self.verifier,
            "resource": resource,
        }
        return loopback.send("POST", self.metadata["token_endpoint"], data=form)

    def send(self, method: str, name: str | None = None, arguments: dict[str, Any] | None = None) -> requests.Response:
        """POST one MCP request of the modern era."""
        params: dict[str, Any] = {"_meta": _META}
        headers = {
            "Accept": "application/json, text/event-stream",
            "Content-Type": "application/json",
            "MCP-Protocol-Version": REVISION,
            "Mcp-Method": method,
        }
        if name is not None:
            params |= {"name": name, "arguments": arguments or {}}
            headers["Mcp-Name"] = name
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
        return loopback.send("POST", self.mcp_url, data=body, headers=headers)
