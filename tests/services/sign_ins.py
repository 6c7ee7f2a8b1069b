"""Sign-ins by HTTP that may be refused at any step, in which case the refusal must be a good one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import requests

from mxcp_flask.demo import loopback
from mxcp_flask.demo.browser import Browser, location_of, query_of
from mxcp_flask.demo.client import REDIRECT_URI, DemoClient

_METADATA = {
    "redirect_uris": [REDIRECT_URI],
    "grant_types": ["authorization_code", "refresh_token"],
    "token_endpoint_auth_method": "none",
}


class Refused(Exception):
    """The server could not answer, and said so as it should."""


@dataclass
class Guest:
    """Somebody at the server at ``base``, with a client of their own."""

    base: str
    refresh_token: str = ""
    code: str = ""

    def __post_init__(self) -> None:
        self.client = DemoClient(f"{self.base}/mcp")
        self.client.metadata = {
            f"{name}_endpoint": f"{self.base}/{path}"
            for name, path in (("registration", "register"), ("authorization", "authorize"), ("token", "token"))
        }

    def sign_in(self) -> None:
        """Register, and come back from the provider with a code. Raises Refused."""
        answer = good(loopback.send("POST", f"{self.base}/register", json=_METADATA), "application/json")
        self.client.registration = answer.json()
        browser = Browser()
        page = good(browser.get(self.client.authorization_url("mxcp:access", self.client.mcp_url)), "text/html")
        at_provider = browser.follow(good(browser.submit(page, decision="approve"), "text/html"))
        back = browser.submit(at_provider, login="ada-fixture", decision="approve")
        self.code = query_of(location_of(good(browser.follow(back), "text/html")))["code"]

    def exchange(self) -> None:
        """Get tokens for the code. Raises Refused."""
        self._keep(self.client.exchange(self.code, self.client.mcp_url))

    def refresh(self) -> None:
        """Get new tokens. Raises Refused."""
        form = {"grant_type": "refresh_token", "refresh_token": self.refresh_token}
        form["client_id"] = self.client.registration["client_id"]
        self._keep(loopback.send("POST", f"{self.base}/token", data=form))

    def revoke(self) -> None:
        """Give the tokens back. Raises Refused."""
        form = {"token": self.refresh_token, "client_id": self.client.registration["client_id"]}
        good(loopback.send("POST", f"{self.base}/revoke", data=form), "application/json")

    def call(self) -> None:
        """Call the server with the access token. Raises Refused."""
        answer = good(self.client.send("tools/call", "whoami"), "application/json")
        assert answer.json()["result"]["content"][0]["text"] == "ada-fixture", answer.text

    def _keep(self, answer: requests.Response) -> None:
        tokens: dict[str, Any] = good(answer, "application/json").json()
        self.client.token, self.refresh_token = tokens["access_token"], tokens["refresh_token"]


def good(answer: requests.Response, kind: str) -> requests.Response:
    """Return ``answer`` when it is a success. Raises Refused for a 503 of ``kind`` that says when to come back."""
    if answer.status_code < 400:
        return answer
    assert answer.status_code == 503, (answer.request.url, answer.status_code, answer.text)
    assert answer.headers["Content-Type"].startswith(kind), answer.headers
    assert answer.headers["Retry-After"].isdigit()
    raise Refused
