"""The whole way once, step by step: from knowing a URL to a tool's answer as a signed-in person, and what is refused.

Each step tells what was sent and what came back, with secrets shortened; one that does not hold raises ``StepFailed``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import requests

from mxcp_flask.demo.browser import Browser, location_of, query_of
from mxcp_flask.demo.client import DemoClient
from mxcp_flask.errors import StepFailed

Tell = Callable[[str], None]
_SECRET = re.compile(r"(?<![\w-])((?:mx_[a-z]{2}_|gh[opur]_)?[\w-]{5})[\w-]{30,}")
_STEP_UP = "mxcp:access mxcp:admin"


class Walk:
    """One walk through a running server and its identity provider. ``tell`` gets each line."""

    def __init__(self, mcp_url: str, tell: Tell) -> None:
        self.client = DemoClient(mcp_url)
        self.tell = tell
        self.browser = Browser()
        self.resource = ""
        self.code = ""
        self.steps = (
            ("A call without a token is refused, and the refusal says where to go", self.refused),
            ("The client finds the authorization server", self.discover),
            ("The client registers itself", self.register),
            ("Ada's browser shows our consent page; the provider has not been asked yet", self.consent),
            ("Ada signs in at the provider and comes back to the client with a code", self.sign_in),
            ("The client exchanges the code for an access token", self.exchange),
            ("The client lists the tools; one that needs another scope is not among them", self.list_tools),
            ("A tool answers from DuckDB", self.search),
            ("A tool's SQL knows that Ada is asking", self.own_rows),
            ("A tool that needs mxcp:admin asks for that scope", self.step_up_asked),
            ("Ada consents to it; the provider remembers her, our page asks all the same", self.step_up),
            ("Bo signs in, in another browser, and sees other rows", self.other_person),
            ("A stolen code that is used again is refused, and ends the grant that it came from", self.replay),
        )

    def run(self) -> int:
        """Walk all steps and return how many there were. Raises StepFailed at the first that does not hold."""
        for number, (title, step) in enumerate(self.steps, 1):
            self.tell(f"\n{number:2}. {title}")
            step()
            self.tell("    held")
        return len(self.steps)

    def refused(self) -> None:
        """Expect 401 with a challenge."""
        answer = self._send("tools/list", status=401)
        challenge = answer.headers.get("WWW-Authenticate", "")
        self.tell(f"    <- WWW-Authenticate: {challenge}")
        found = re.search(r'resource_metadata="([^"]+)"', challenge)
        self._require(found is not None, "the challenge names no resource_metadata")
        self.metadata_url = found.group(1) if found else ""

    def discover(self) -> None:
        """Expect both metadata documents."""
        resource = self._get_json(self.metadata_url)
        self.resource = resource["resource"]
        self._require(self.resource == self.client.mcp_url, "the metadata is of another resource")
        issuer = resource["authorization_servers"][0]
        self.client.metadata = self._get_json(f"{issuer}/.well-known/oauth-authorization-server")
        self._require(self.client.metadata["issuer"] == issuer, "the issuer is another one")

    def register(self) -> None:
        """Expect a client identifier."""
        answer = self.client.register()
        self._show(answer, 201)
        self.client.registration = answer.json()

    def consent(self, scope: str = "mxcp:access") -> None:
        """Expect a page, not a redirect."""
        url = self.client.authorization_url(scope, self.resource)
        self.page = self.browser.get(url)
        self._show(self.page, 200)
        self._require(not location_of(self.page), "the page redirects")
        self._require("mxcp demo" in self.page.text, "the page does not name the client")

    def sign_in(self, login: str = "ada-fixture") -> None:
        """Approve, pick a person at the provider if it asks, and return to the client."""
        response = self.browser.submit(self.page, decision="approve")
        self._show(response, 302)
        response = self.browser.follow(response)
        if response.status_code == 200:
            self._show(response, 200)
            response = self.browser.submit(response, login=login, decision="approve")
        self._show(response, 302)
        response = self.browser.follow(response)
        self._show(response, 302)
        answer = query_of(location_of(response))
        self._require(answer.get("state") == self.client.state, "the state is not the client's")
        self._require(answer.get("iss") == self.client.metadata["issuer"], "iss is not the issuer")
        self.code = answer.get("code", "")
        self._require(bool(self.code), f"there is no code: {answer.get('error')}")

    def exchange(self) -> None:
        """Expect an access token."""
        answer = self.client.exchange(self.code, self.resource)
        self._show(answer, 200)
        self.client.token = answer.json()["access_token"]

    def list_tools(self) -> None:
        """Expect the two tools that need no further scope."""
        names = {tool["name"] for tool in self._send("tools/list").json()["result"]["tools"]}
        self._require({"search_targets", "my_observations"} <= names, f"the tools are {sorted(names)}")
        self._require("observing_time" not in names, "observing_time is listed")

    def search(self) -> None:
        """Expect the two domes' nebulae."""
        rows = self._call("search_targets", {"text": "nebula", "faintest": 8})
        self._require([row["name"] for row in rows] == ["Orion Nebula", "Dumbbell Nebula"], f"the rows are {rows}")

    def own_rows(self) -> None:
        """Expect Ada's five observations."""
        rows = self._call("my_observations", {})
        self._require(len(rows) == 5, f"there are {len(rows)} rows")

    def step_up_asked(self) -> None:
        """Expect 403 with a challenge for both scopes."""
        answer = self._send("tools/call", "observing_time", status=403)
        challenge = answer.headers.get("WWW-Authenticate", "")
        self.tell(f"    <- WWW-Authenticate: {challenge}")
        self._require(f'scope="{_STEP_UP}"' in challenge, "the challenge does not name both scopes")

    def step_up(self) -> None:
        """Expect a token with both scopes, and the tool's answer."""
        self.consent(_STEP_UP)
        self.sign_in()
        self.exchange()
        rows = self._call("observing_time", {})
        self._require(rows[0]["observer"] == "ada-fixture", f"the rows are {rows}")

    def other_person(self) -> None:
        """Expect Bo's four observations."""
        self.browser = Browser()
        self.consent()
        self.sign_in("bo-fixture")
        self.exchange()
        rows = self._call("my_observations", {})
        self._require(len(rows) == 4, f"there are {len(rows)} rows")

    def replay(self) -> None:
        """Expect invalid_grant, and Bo's token to be dead."""
        answer = self.client.exchange(self.code, self.resource)
        self._show(answer, 400)
        self._require(answer.json()["error"] == "invalid_grant", "the error is another one")
        self._send("tools/list", status=401)

    def _call(self, name: str, arguments: dict[str, Any]) -> list[dict[str, Any]]:
        result = self._send("tools/call", name, arguments).json()["result"]
        self._require(not result.get("isError"), f"the tool failed: {result['content']}")
        rows: list[dict[str, Any]] = result["structuredContent"]
        return rows

    def _send(
        self, method: str, name: str | None = None, arguments: dict[str, Any] | None = None, status: int = 200
    ) -> requests.Response:
        self.tell(f"    -> {method} {name or ''} {arguments or ''}".rstrip())
        answer = self.client.send(method, name, arguments)
        self._show(answer, status)
        return answer

    def _get_json(self, url: str) -> dict[str, Any]:
        answer = self.client.get(url)
        self._show(answer, 200)
        document: dict[str, Any] = answer.json()
        return document

    def _show(self, answer: requests.Response, status: int) -> None:
        request = answer.request
        self.tell(f"    -> {request.method} {shorten(request.url or '')}")
        shown = location_of(answer) or ("a page" if "html" in answer.headers.get("Content-Type", "") else answer.text)
        self.tell(f"    <- {answer.status_code} {shorten(shown)}")
        self._require(answer.status_code == status, f"the status is {answer.status_code}, not {status}")

    def _require(self, held: bool, otherwise: str) -> None:
        if not held:
            raise StepFailed(reason=shorten(otherwise))


def shorten(text: str) -> str:
    """Return ``text`` on one line, long secrets cut to their beginning and the whole to 220 characters."""
    line = " ".join(_SECRET.sub(r"\1…", text).split())
    return line if len(line) <= 220 else line[:219] + "…"
