"""A client and a person with a browser, both on Flask's test clients."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from mxcp_flask.demo.browser import FormReader
from mxcp_flask.digests import new_secret, s256

BASE = "http://localhost:8000"
REDIRECT_URI = "http://127.0.0.1:49153/oauth/callback"


class Visitor:
    """One person's browser, and the client that the person uses. ``provider`` is the stand-in's application."""

    def __init__(self, app: Flask, provider: Flask, base: str = BASE) -> None:
        self.base = base
        self.browser: FlaskClient = app.test_client()
        self.client: FlaskClient = app.test_client(use_cookies=False)
        self.at_provider: FlaskClient = provider.test_client()
        self.state = ""
        self.verifier = ""

    def register(self, **metadata: Any) -> dict[str, Any]:
        """Register a public client; ``metadata`` changes what it says of itself."""
        body = {"redirect_uris": [REDIRECT_URI], "token_endpoint_auth_method": "none", **metadata}
        answer = self.client.post("/register", json=body, base_url=self.base)
        assert answer.status_code == 201, answer.text
        registered: dict[str, Any] = answer.get_json()
        return registered

    def authorization_request(self, client_id: str, **changes: str | None) -> dict[str, str]:
        """Return the parameters of an authorization request, with a new state and PKCE pair; None drops one."""
        self.state, self.verifier = new_secret(), new_secret()
        parameters: dict[str, str | None] = {
            "response_type": "code",
            "client_id": client_id,
            "redirect_uri": REDIRECT_URI,
            "scope": "mxcp:access",
            "state": self.state,
            "code_challenge": s256(self.verifier),
            "code_challenge_method": "S256",
            **changes,
        }
        return {name: value for name, value in parameters.items() if value is not None}

    def ask(self, parameters: dict[str, str]) -> TestResponse:
        """Open the authorization endpoint."""
        return self.browser.get(f"/authorize?{urlencode(parameters)}", base_url=self.base)

    def ask_anew(self, **metadata: Any) -> TestResponse:
        """Open the consent page of a new client; ``metadata`` is what it says of itself."""
        return self.ask(self.authorization_request(self.register(**metadata)["client_id"]))

    def answer(self, page: TestResponse, decision: str = "approve", **changes: str) -> TestResponse:
        """Answer the consent page."""
        return self.browser.post(
            page.request.full_path, data={**hidden(page), "decision": decision, **changes}, base_url=self.base
        )

    def meet_provider(self, departure: TestResponse, login: str = "ada-fixture", decision: str = "approve") -> str:
        """Go to the provider, sign in there, and return the callback's path and query."""
        page = self.at_provider.get(path_of(departure.location))
        if page.status_code == 200:
            answer = {**hidden(page), "login": login, "decision": decision}
            page = self.at_provider.post(page.request.path, data=answer)
        assert page.status_code == 302, page.text
        return path_of(page.location)

    def come_back(self, callback: str) -> TestResponse:
        """Open the callback in this person's browser."""
        return self.browser.get(callback, base_url=self.base)

    def sign_in(self, client_id: str, login: str = "ada-fixture", **changes: str | None) -> dict[str, str]:
        """Walk from the authorization request to the client's redirect URI, and return what it got there."""
        page = self.ask(self.authorization_request(client_id, **changes))
        assert page.status_code == 200, page.text
        back = self.come_back(self.meet_provider(self.answer(page), login))
        return query(way_back(back))

    def exchange(self, client_id: str, code: str, **changes: str | None) -> TestResponse:
        """Exchange a code at the token endpoint; None drops a parameter."""
        form: dict[str, str | None] = {
            "grant_type": "authorization_code",
            "client_id": client_id,
            "code": code,
            "redirect_uri": REDIRECT_URI,
            "code_verifier": self.verifier,
            **changes,
        }
        sent = {name: value for name, value in form.items() if value is not None}
        return self.client.post("/token", data=sent, base_url=self.base)

    def refresh(self, client_id: str, refresh_token: str, **changes: str | None) -> TestResponse:
        """Exchange a refresh token at the token endpoint."""
        form = {"grant_type": "refresh_token", "client_id": client_id, "refresh_token": refresh_token, **changes}
        sent = {name: value for name, value in form.items() if value is not None}
        return self.client.post("/token", data=sent, base_url=self.base)

    def get_tokens(self, login: str = "ada-fixture", **changes: str | None) -> tuple[str, dict[str, Any]]:
        """Register a client that may refresh, sign in, and return its identifier and the token answer."""
        client_id = self.register(grant_types=["authorization_code", "refresh_token"])["client_id"]
        answer = self.exchange(client_id, self.sign_in(client_id, login, **changes)["code"])
        assert answer.status_code == 200, answer.text
        return client_id, answer.get_json()

    def get_token(self, login: str = "ada-fixture", **changes: str | None) -> str:
        """Register, sign in, and return an access token."""
        client_id = self.register()["client_id"]
        answer = self.exchange(client_id, self.sign_in(client_id, login, **changes)["code"])
        assert answer.status_code == 200, answer.text
        token: str = answer.get_json()["access_token"]
        return token

    def call(self, token: str | None, method: str, **params: Any) -> TestResponse:
        """Send one MCP request of the legacy era."""
        headers = {"MCP-Protocol-Version": "2025-11-25"}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
        return self.client.post("/mcp", data=body, headers=headers, content_type="application/json", base_url=self.base)

    def whoami(self, token: str) -> str:
        """Return what the tool ``whoami`` answers."""
        answer = self.call(token, "tools/call", name="whoami", arguments={})
        assert answer.status_code == 200, answer.text
        text: str = answer.get_json()["result"]["content"][0]["text"]
        return text


def hidden(page: TestResponse) -> dict[str, str]:
    """Return the hidden inputs of the form on ``page``."""
    reader = FormReader("")
    reader.feed(page.text)
    return reader.form.fields


def way_back(answer: TestResponse) -> str:
    """Return where the callback sends the browser: at once, or by the link on a page that says what went wrong."""
    if answer.status_code in {403, 502, 503}:
        return link_of(answer)
    assert answer.status_code == 302, answer.text
    return str(answer.location)


def link_of(page: TestResponse) -> str:
    """Return where the link on ``page`` leads, or an empty text."""
    found = re.search(r'<a href="([^"]*)"', page.text)
    return unescape(found.group(1)) if found else ""


def path_of(url: str | None) -> str:
    """Return the path and query of ``url``."""
    parts = urlsplit(url or "")
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def query(url: str | None) -> dict[str, str]:
    """Return the query's parameters of ``url``."""
    return dict(parse_qsl(urlsplit(url or "").query))
