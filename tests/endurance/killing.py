"""A real server that is killed without warning, and a client that carries on."""

from __future__ import annotations

import os
import re
import signal
import threading
from contextlib import closing

import requests

from mxcp_flask.demo import loopback, servers
from mxcp_flask.demo.browser import Browser, location_of, query_of
from mxcp_flask.demo.client import REDIRECT_URI, DemoClient
from mxcp_flask.engine import Database
from tests.support import live
from tests.support.site import Site

WORKERS = 2
_BOOTING = re.compile(r"Booting worker with pid: (\d+)")


class MortalServer:
    """``mxcp serve`` with two workers for ``site``, at ``port``; it runs after ``start``."""

    def __init__(self, site: Site, port: int) -> None:
        with closing(Database(site.settings().duckdb)) as database:
            database.check()  # creates it, so that it can be opened read-only
        flags = ("--host", servers.HOST, "--port", str(port), "--readonly", "--workers", str(WORKERS), "--debug")
        self._command, self._environ = [*live.MXCP, "serve", *flags], site.environ
        self._workers: list[int] = []
        self._read = 0  # characters of the log
        self.base = f"http://{servers.HOST}:{port}"
        self.log = site.folder / "log"

    def start(self) -> None:
        """Start, and return when both workers are there and one is ready."""
        self._server = live.Server(self._command, self._environ, self.log)
        self._await_workers()

    def kill(self) -> None:
        """Kill all processes at once, and start again."""
        self.end()
        self.start()

    def kill_workers(self) -> None:
        """Kill both workers at once, and return when there are new ones."""
        for worker in self._workers:
            os.kill(worker, signal.SIGKILL)
        self._await_workers()

    def end(self) -> None:
        """Kill all processes at once."""
        os.killpg(self._server.process.pid, signal.SIGKILL)
        self._server.process.wait()

    def _await_workers(self) -> None:
        booted: list[str] = []
        while len(booted) < WORKERS:
            self._server.await_ready(self.base)
            text = self.log.read_text()
            booted = _BOOTING.findall(text[self._read :])
        self._workers, self._read = [int(worker) for worker in booted], len(text)


class PersistentClient(DemoClient):
    """A client that refreshes, and tries again when no answer comes. ``up`` is set while there is a server."""

    def __init__(self, base: str, up: threading.Event) -> None:
        super().__init__(f"{base}/mcp")
        self.metadata = self.get(f"{base}/.well-known/oauth-authorization-server").json()
        self.up = up
        self.refresh_token = ""
        self.refreshes = 0
        self.retries = 0
        self._browser = Browser()
        self._at: requests.Response | None = None

    # The steps of a sign-in, each of which goes on from what client and browser remember.

    def register(self) -> requests.Response:
        """Register as a client that refreshes."""
        grants = ["authorization_code", "refresh_token"]
        metadata = {"redirect_uris": [REDIRECT_URI], "token_endpoint_auth_method": "none", "grant_types": grants}
        answer = loopback.send("POST", self.metadata["registration_endpoint"], json=metadata)
        self.registration = answer.json()
        return answer

    def open_consent(self) -> None:
        """Open our consent page."""
        self._at = self._browser.get(self.authorization_url("mxcp:access", self.mcp_url))
        assert self._at.status_code == 200, self._at.text

    def approve(self) -> None:
        """Answer yes, which leads to the provider."""
        self._at = self._browser.submit(self._here, decision="approve")
        assert self._at.status_code == 302, self._at.text

    def come_back(self) -> None:
        """Sign in at the provider, and come back to the client with a code."""
        page = self._browser.follow(self._here)
        back = self._browser.submit(page, login="ada-fixture", decision="approve")
        self._at = self._browser.follow(back)
        assert self._at.status_code == 302, self._at.text

    def redeem(self) -> None:
        """Exchange the code."""
        self.keep(self.exchange(query_of(location_of(self._here))["code"], self.mcp_url))

    def keep(self, answer: requests.Response) -> None:
        """Keep the tokens of an answer, which must be good."""
        assert answer.status_code == 200, answer.text
        tokens = answer.json()
        self.token, self.refresh_token = tokens["access_token"], tokens["refresh_token"]

    # What comes later.

    def ask_for_refresh(self) -> requests.Response:
        """Present the refresh token once. Raises RequestException when no answer comes."""
        client_id = self.registration["client_id"]
        form = {"grant_type": "refresh_token", "client_id": client_id, "refresh_token": self.refresh_token}
        return loopback.send("POST", self.metadata["token_endpoint"], data=form)

    def refresh(self) -> None:
        """Present the refresh token until an answer comes, and keep the new ones."""
        while True:
            try:
                answer = self.ask_for_refresh()
            except requests.RequestException:
                self.retries += 1
                self.up.wait(live.SECONDS)
                continue
            self.refreshes += 1
            return self.keep(answer)

    def whoami(self) -> str:
        """Return what the tool answers."""
        return live.text_of(self.send("tools/call", "whoami"))

    @property
    def _here(self) -> requests.Response:
        assert self._at is not None
        return self._at
