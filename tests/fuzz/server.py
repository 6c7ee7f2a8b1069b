"""The application under attack. Its state can be emptied, and every answer is checked for what must always hold."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from hypothesis import currently_in_test_context, event
from werkzeug.test import EnvironBuilder, run_wsgi_app

from mxcp_flask.app import create_app
from mxcp_flask.digests import new_secret, s256
from mxcp_flask.errors import OutboundFailed
from mxcp_flask.oauth.client_documents import ClientDocuments
from mxcp_flask.store import MemoryStore
from mxcp_flask.web.context import OAuth, Services
from tests.fuzz.answers import Answer, check
from tests.fuzz.changes import encode
from tests.fuzz.github import FakeGitHub
from tests.oauth.fake_web import URL, Web
from tests.support.clock import Clock
from tests.support.site import COMPOUND, Site, github_auth
from tests.support.visitor import BASE

FORM = "application/x-www-form-urlencoded"
LOOPBACK = "http://127.0.0.1:49153/oauth/callback"
URIS = (LOOPBACK, "https://app.example/cb?keep=a%20b&x", "com.example.app:/cb", "http://localhost")
PARTNER = {"client_id": "partner", "client_secret": "partner-secret-0123456789"}  # configured, sees all tokens
TABLES = ("_clients", "_pending", "_grants", "_codes", "_tokens")
NO_DOCUMENT = OutboundFailed(url=URL, reason="there is no network here")
Rows = dict[str, dict[str, Any]]
_HIDDEN = re.compile(rb'name="(authorization|csrf_token)" value="([^"]+)"')


class Errors(logging.Handler):
    """Keeps what is logged as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the message."""
        self.lines.append(record.getMessage())


@dataclass
class SignIn:
    """One authorization request on its way: what the client keeps, what the page holds, and the browser's cookies."""

    parameters: dict[str, str]
    verifier: str
    form: dict[str, str] = field(default_factory=dict)  # the consent page's fields
    cookies: dict[str, str] = field(default_factory=dict)
    state: str = ""  # at the provider
    code: str = ""


class Server:
    """A project whose people sign in with a GitHub that is not there; OAuth state is in memory."""

    def __init__(self, folder: Path, **transport: Any) -> None:
        registration = {"rate_limit": 10**9, "total_limit": 10**9}
        auth = github_auth(registration=registration, clients=[{**PARTNER, "name": "Partner"}])
        self.site = Site(folder, auth, **transport)
        self.clock = Clock()
        self.store = MemoryStore()
        self.errors = Errors()
        self.site.write("tools/compound.yml", COMPOUND)
        self.app = create_app(self.site.settings(), clock=self.clock, store=self.store)
        services: Services = self.app.extensions["mxcp"]
        assert services.oauth is not None
        self.oauth: OAuth = services.oauth
        self.github = FakeGitHub()
        self.oauth.signin.handler.http = self.github
        self.web = Web(NO_DOCUMENT)
        self.reset()

    def __enter__(self) -> Server:
        """Begin to watch the log."""
        logging.getLogger("mxcp").addHandler(self.errors)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Leave the log alone again."""
        logging.getLogger("mxcp").removeHandler(self.errors)

    @property
    def site_url(self) -> str:
        """Return our base URL."""
        return BASE

    def reset(self) -> None:
        """Forget everything."""
        self.store.__dict__.update(MemoryStore().__dict__)
        self.clock.now = Clock().now
        self.github.reset()
        self.web.answer = NO_DOCUMENT
        self.oauth.server.documents = ClientDocuments(self.web, self.oauth.server.clients, self.clock)
        self.errors.lines.clear()

    def rows(self) -> Rows:
        """Return a copy of all state."""
        return {name: dict(getattr(self.store, name)) for name in TABLES}

    def send(
        self,
        method: str,
        path: str,
        *,
        query: bytes = b"",
        body: bytes = b"",
        kind: str | None = None,
        cookies: Mapping[str, str] | None = None,
        headers: Mapping[str, str | None] | None = None,
    ) -> Answer:
        """Send a request as a WSGI server hands it on; None removes a header."""
        environ = EnvironBuilder(base_url=BASE, method=method, data=body, content_type=kind).get_environ()
        environ |= {"PATH_INFO": path, "QUERY_STRING": query.decode("latin-1")}
        given = {"Cookie": cookie_header(cookies)} | dict(headers or {})
        environ |= {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in given.items()}
        environ = {name: value for name, value in environ.items() if value is not None}
        self.errors.lines.clear()
        chunks, status, answered = run_wsgi_app(self.app.wsgi_app, environ, buffered=True)
        answer = Answer(int(status.split()[0]), answered, b"".join(chunks))
        if currently_in_test_context():
            event(f"{method} {path} {answer.status}")  # for --hypothesis-show-statistics
        check(answer, path)
        assert self.errors.lines == []
        return answer

    def post_form(self, path: str, form: Mapping[str, str] | bytes, **more: Any) -> Answer:
        """Post a form."""
        body = form if isinstance(form, bytes) else encode(list(form.items()))
        return self.send("POST", path, body=body, kind=FORM, **more)

    def post_json(self, path: str, value: Any, **more: Any) -> Answer:
        """Post JSON, or bytes that may be."""
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        return self.send("POST", path, body=body, kind="application/json", **more)

    def register(self, **metadata: Any) -> dict[str, Any]:
        """Register a client with ``URIS``, a public one that may refresh unless ``metadata`` says otherwise."""
        grant_types = ["authorization_code", "refresh_token"]
        asked = {"redirect_uris": URIS, "grant_types": grant_types, "token_endpoint_auth_method": "none", **metadata}
        answer = self.post_json("/register", asked)
        assert answer.status == 201, answer
        client: dict[str, Any] = answer.json
        return client

    def request(self, client_id: str, **changes: str | None) -> SignIn:
        """Return an authorization request that is not yet sent; None drops a parameter."""
        verifier = new_secret()
        parameters: dict[str, str | None] = {
            "response_type": "code",
            "client_id": client_id,
            "redirect_uri": LOOPBACK,
            "scope": "mxcp:access mxcp:admin",
            "state": "of-the-client",
            "code_challenge": s256(verifier),
            "code_challenge_method": "S256",
            "resource": f"{BASE}/mcp",
            **changes,
        }
        return SignIn({name: value for name, value in parameters.items() if value is not None}, verifier)

    def ask(self, sign_in: SignIn, query: bytes | None = None) -> Answer:
        """Open the authorization endpoint."""
        answer = self.send("GET", "/authorize", query=query or encode(list(sign_in.parameters.items())))
        sign_in.form = {name.decode(): value.decode() for name, value in _HIDDEN.findall(answer.body)}
        sign_in.cookies = answer.cookies
        return answer

    def decide(self, sign_in: SignIn, decision: str = "approve") -> Answer:
        """Answer the consent page."""
        answer = self.post_form("/authorize", {**sign_in.form, "decision": decision}, cookies=sign_in.cookies)
        sign_in.cookies = {**sign_in.cookies, **answer.cookies}
        sign_in.state = parameters_of(answer.location).get("state", "")
        return answer

    def come_back(self, sign_in: SignIn, query: bytes | None = None) -> Answer:
        """Return from the provider."""
        query = query or encode([("code", "of-github"), ("state", sign_in.state)])
        answer = self.send("GET", "/github/callback", query=query, cookies=sign_in.cookies)
        sign_in.code = parameters_of(answer.location).get("code", "")
        return answer

    def sign_in(self, client_id: str, **changes: str | None) -> SignIn:
        """Walk to a code."""
        sign_in = self.request(client_id, **changes)
        for step in (self.ask, self.decide, self.come_back):
            answer = step(sign_in)
            assert answer.status in {200, 302}, answer
        assert sign_in.code
        return sign_in

    def exchange_form(self, sign_in: SignIn, client: Mapping[str, Any]) -> dict[str, str]:
        """Return the form that exchanges a code."""
        form = {name: client[name] for name in ("client_id", "client_secret") if name in client}
        form |= {"grant_type": "authorization_code", "code": sign_in.code, "code_verifier": sign_in.verifier}
        return {**form, "redirect_uri": sign_in.parameters["redirect_uri"]}

    def get_tokens(self, client: Mapping[str, Any], **changes: str | None) -> dict[str, Any]:
        """Walk to a token answer."""
        answer = self.post_form("/token", self.exchange_form(self.sign_in(client["client_id"], **changes), client))
        assert answer.status == 200, answer
        tokens: dict[str, Any] = answer.json
        return tokens


def cookie_header(cookies: Mapping[str, str] | None) -> str | None:
    """Return the value of the Cookie header."""
    return "; ".join(f"{name}={value}" for name, value in cookies.items()) if cookies else None


def parameters_of(url: str) -> dict[str, str]:
    """Return the query's parameters of ``url``; the last counts."""
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
