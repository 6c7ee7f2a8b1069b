"""A server of somebody else's making, which can be told to misbehave."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue

from mxcp_flask.demo import servers
from mxcp_flask.remote.kept import SignedIn, SignIns


class Stranger:
    """An MCP endpoint at ``url`` with its own authorization server; tests change what it says."""

    def __init__(self) -> None:
        self.url = ""
        self.resource: dict[str, Any] = {}
        self.metadata: dict[str, Any] = {}
        self.answers: dict[str, ResponseReturnValue] = {}
        self.asked: list[dict[str, str]] = []
        self.app = Flask("stranger")
        self.app.add_url_rule("/<path:path>", view_func=self.answer, methods=["GET", "POST"])

    def answer(self, path: str) -> ResponseReturnValue:
        """Answer at ``path``."""
        self.asked.append({"path": path, **request.form.to_dict(), **(request.get_json(silent=True) or {})})
        if path in self.answers:
            return self.answers[path]
        if path == "mcp":
            return "", 401, {"WWW-Authenticate": 'Bearer scope="a b"'}
        return jsonify(self.resource if "protected-resource" in path else self.metadata)

    def come_to(self, base: str) -> None:
        """Be at ``base``."""
        self.url = f"{base}/mcp"
        self.resource = {"resource": self.url, "authorization_servers": [base]}
        self.metadata = {
            "issuer": base,
            "authorization_endpoint": f"{base}/authorize",
            "token_endpoint": f"{base}/token",
            "registration_endpoint": f"{base}/register",
            "revocation_endpoint": f"{base}/revoke",
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
        }


@pytest.fixture
def stranger() -> Iterator[Stranger]:
    """Serve a stranger."""
    stranger = Stranger()
    with servers.serve_app(stranger.app) as base:
        stranger.come_to(base)
        yield stranger


@pytest.fixture
def kept(tmp_path: Path) -> SignIns:
    """Return an empty place for sign-ins."""
    return SignIns(tmp_path / "sign-ins")


def signed_in(stranger: Stranger, **facts: Any) -> SignedIn:
    """Return a sign-in at ``stranger``."""
    known: dict[str, Any] = {
        "url": stranger.url,
        "issuer": stranger.metadata["issuer"],
        "token_endpoint": stranger.metadata["token_endpoint"],
        "revocation_endpoint": stranger.metadata["revocation_endpoint"],
        "client_id": "client",
        "scope": "a b",
        "since": 1,
        "expires_at": 100,
        "access_token": "old-access",
        "refresh_token": "old-refresh",
    }
    return SignedIn(**{**known, **facts})
