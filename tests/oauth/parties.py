"""Who takes part: a provider without HTTP, clients, and a walk through the sign-in that can stop at every step."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from mxcp_flask.digests import digest, s256
from mxcp_flask.errors import ProviderError
from mxcp_flask.oauth.requests import PlainRequest
from mxcp_flask.oauth.server import AuthorizationServer, PlainResponse
from mxcp_flask.oauth.signin import Departure, Question, SignIn, authorization_request
from mxcp_flask.oauth.urls import Urls
from mxcp_flask.providers import ExternalOAuthHandler, ProviderDefaults, ProviderSettings
from mxcp_flask.records import AuthorizationCode, Client, Grant, ProviderToken, User
from mxcp_flask.store import MemoryStore

URLS = Urls("https://mcp.example")
REDIRECT_URI = "http://127.0.0.1:49153/callback"
STATE = "client-state"
VERIFIER = "verifier-of-the-client-" + "v" * 30
SECRET = "mx_cs_secret"
ADA = User("plain", "4711", "ada-fixture", "Ada Fixture", "ada@example.org", username_unique=True)

PUBLIC = Client(
    client_id="public",
    name="A public client",
    redirect_uris=("http://127.0.0.1/callback",),
    scopes=("mxcp:access",),
)
CONFIDENTIAL = Client(
    client_id="confidential",
    name="A confidential client",
    redirect_uris=("https://app.example/callback", "app:///callback?keep=a/b&x"),
    scopes=("mxcp:access",),
    secret_hash=digest(SECRET),
    token_endpoint_auth_method="client_secret_basic",
)
LIMITED = Client(
    client_id="limited",
    name="A configured client",
    redirect_uris=(REDIRECT_URI,),
    scopes=("mxcp:access",),
    allowed_scopes=("mxcp:access",),
    configured=True,
)


class PlainProvider(ExternalOAuthHandler):
    """A provider that answers in the process, or fails with ``failure``."""

    name = "plain"
    title = "Plain"
    defaults = ProviderDefaults(
        scope="profile",
        callback_path="/plain/callback",
        auth_url="https://idp.example/authorize",
        token_url="https://idp.example/token",
        api_url="https://idp.example",
    )

    def __init__(self) -> None:
        data = self.defaults
        super().__init__(
            ProviderSettings(
                client_id="our-client-id",
                client_secret="our-client-secret",
                scope=data.scope,
                callback_path=data.callback_path,
                auth_url=data.auth_url,
                token_url=data.token_url,
                api_url=data.api_url,
            )
        )
        self.user = ADA
        self.failure: ProviderError | None = None
        self.exchanged: list[tuple[str, str, str]] = []

    def exchange(self, code: str, callback_url: str, verifier: str) -> ProviderToken:
        """Give a token for any code."""
        self.exchanged.append((code, callback_url, verifier))
        if self.failure:
            raise self.failure
        return ProviderToken("provider-access-token")

    def fetch_user(self, token: ProviderToken) -> User:  # noqa: ARG002 (the interface)
        """Return ``user``."""
        return self.user


class RecordingStore(MemoryStore):
    """A store that remembers the codes that were issued."""

    def __init__(self) -> None:
        super().__init__()
        self.issued: list[AuthorizationCode] = []

    def add_grant(self, grant: Grant, code: AuthorizationCode) -> None:
        """Note the code, and keep both."""
        self.issued.append(code)
        super().add_grant(grant, code)


@dataclass
class Walk:
    """Leads a person through the sign-in, with what a well-behaved browser holds."""

    server: AuthorizationServer
    signin: SignIn
    urls: Urls = URLS
    departures: list[Departure] = field(default_factory=list)

    def ask(self, client_id: str = "public", **changes: str | None) -> Question:
        """Send an authorization request; None drops a parameter."""
        return self.signin.ask(authorization_request(parameters(client_id, **changes), self.urls), self.urls)

    def approve(self, question: Question) -> Departure:
        """Answer yes."""
        departure = self.signin.approve(question.handle, question.csrf_token, question.browser_token, self.urls)
        self.departures.append(departure)
        return departure

    def come_back(self, departure: Departure, **arguments: str) -> str:
        """Return from the provider, with a code or with ``arguments`` in its place."""
        back = {"state": departure.state, **(arguments or {"code": "provider-code"})}
        return self.signin.finish(back, departure.browser_token, self.urls).location

    def location(self, client_id: str = "public", **changes: str | None) -> str:
        """Walk all the way, and return where the browser ends."""
        return self.come_back(self.approve(self.ask(client_id, **changes)))

    def code(self, client_id: str = "public", **changes: str | None) -> str:
        """Walk all the way, and return the code."""
        return query(self.location(client_id, **changes))["code"]

    def exchange(self, code: str, client_id: str = "public", **changes: str | None) -> PlainResponse:
        """Exchange ``code`` as a public client does; None drops a parameter."""
        return self.token(form(code, client_id, **changes))

    def token(self, sent: dict[str, str], headers: dict[str, str] | None = None) -> PlainResponse:
        """Send a token request."""
        response: PlainResponse = self.server.create_token_response(self.request(sent, headers))
        return response

    def request(self, sent: dict[str, str], headers: dict[str, str] | None = None) -> PlainRequest:
        """Return a token request."""
        request = PlainRequest("POST", self.urls.to("/token"), sent, headers or {})
        request.urls = self.urls
        return request


def parameters(client_id: str = "public", **changes: str | None) -> dict[str, str]:
    """Return the parameters of an authorization request; None drops one."""
    values: dict[str, str | None] = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": REDIRECT_URI,
        "scope": "mxcp:access",
        "state": STATE,
        "code_challenge": s256(VERIFIER),
        "code_challenge_method": "S256",
        **changes,
    }
    return {name: value for name, value in values.items() if value is not None}


def form(code: str | None, client_id: str | None = "public", **changes: str | None) -> dict[str, str]:
    """Return the parameters of a token request; None drops one."""
    values: dict[str, str | None] = {
        "grant_type": "authorization_code",
        "client_id": client_id,
        "code": code,
        "redirect_uri": REDIRECT_URI,
        "code_verifier": VERIFIER,
        **changes,
    }
    return {name: value for name, value in values.items() if value is not None}


def basic(client_id: str, secret: str) -> dict[str, str]:
    """Return the header of HTTP Basic authentication."""
    return {"Authorization": "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()}


def query(url: str) -> dict[str, str]:
    """Return the query's parameters of ``url``, each of which is there once."""
    pairs = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)
