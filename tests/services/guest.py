"""A client whose requests a load balancer sends now to one server of a fleet, now to another."""

from __future__ import annotations

import threading

import requests

from mxcp_flask.demo import loopback
from mxcp_flask.demo.browser import location_of, query_of
from tests.endurance.killing import PersistentClient


class Guest(PersistentClient):
    """A client of the servers that have ``base`` as their ``base_url``."""

    def __init__(self, base: str) -> None:
        super().__init__(base, threading.Event())
        self.base = base
        self.code = ""

    def turn_to(self, server: str) -> Guest:
        """Send all that comes now to the server at ``server``."""
        self.mcp_url = f"{server}/mcp"
        for name in ("token_endpoint", "revocation_endpoint"):
            self.metadata[name] = f"{server}/{self.metadata[name].rpartition('/')[2]}"
        return self

    def sign_in(self) -> None:
        """Register and sign in, at the server whose URL all have."""
        for step in (self.register, self.open_consent, self.approve, self.come_back):
            step()
        self.code = query_of(location_of(self._here))["code"]
        self.redeem()

    def present_code(self) -> requests.Response:
        """Present the code, once more."""
        return self.exchange(self.code, f"{self.base}/mcp")

    def give_back(self) -> requests.Response:
        """Revoke the access token."""
        form = {"client_id": self.registration["client_id"], "token": self.token}
        return loopback.send("POST", self.metadata["revocation_endpoint"], data=form)

    def call(self) -> requests.Response:
        """Call a tool."""
        return self.send("tools/call", "whoami")
