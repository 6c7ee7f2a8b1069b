"""The steps of a history. Each is taken in the server and in the model, which says how the server must answer."""

from __future__ import annotations

from mxcp_flask.errors import ProviderDenied, TokenInvalid
from mxcp_flask.oauth.urls import Urls
from tests.fuzz import model as m
from tests.fuzz.answers import PROVIDER, Answer, leads_to
from tests.fuzz.model import Client, Code, Grant, Issued, Model, Pending, Token
from tests.fuzz.server import LOOPBACK, Server, parameters_of

GUESS = "a-guess-of-forty-three-characters-or-more-..."


class Steps:
    """Takes steps in ``server``, and keeps the model of it."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.model = Model()

    @property
    def now(self) -> float:
        """Return the time."""
        return self.server.clock.now

    def register(self, method: str, refreshes: bool) -> Client:
        """Register a client."""
        grant_types = ["authorization_code", *(["refresh_token"] if refreshes else [])]
        registered = self.server.register(token_endpoint_auth_method=method, grant_types=grant_types)
        self.model.clients.append(Client(registered, self.now))
        return self.model.clients[-1]

    def sign_in(self, client: Client) -> Code | None:
        """Do all that leads to a code; None when the client is gone."""
        pending = self.ask(client, LOOPBACK)
        if pending is None:
            return None
        self.decide(pending, "approve")
        return self.come_back(pending, None)

    def ask(self, client: Client, uri: str) -> Pending | None:
        """Open the authorization endpoint; None when the client is gone."""
        walk = self.server.request(client.client_id, redirect_uri=uri)
        answer = self.server.ask(walk)
        if self.is_gone(client):
            assert answer.status in {400, 401}
            return None
        assert answer.status == 200
        self.model.pending.append(Pending(client, walk, self.now + m.SIGN_IN))
        return self.model.pending[-1]

    def decide(self, pending: Pending, decision: str) -> None:
        """Answer the page."""
        due, state = pending.is_due("consent", self.now), pending.walk.state
        answer = self.server.decide(pending.walk, decision)
        assert (answer.status == 302) == due
        if not due:
            pending.walk.state = state
        elif decision == "deny":
            pending.stage = "done"
            assert leads_to(answer.location, [pending.walk.parameters["redirect_uri"]])
        else:
            pending.stage = "provider"
            assert answer.location.startswith(PROVIDER)

    def come_back(self, pending: Pending, failure: type[ProviderDenied] | None) -> Code | None:
        """Come back from the provider; None when that leads to no code."""
        due = pending.is_due("provider", self.now)
        self.server.github.failure = failure(title="GitHub", reason="of the test") if failure else None
        answer = self.server.come_back(pending.walk)
        assert (answer.status == 302) == (due and failure is None)
        if not due:
            return None
        pending.stage = "done"
        assert leads_to(answer.way_back, [pending.walk.parameters["redirect_uri"]])
        assert bool(failure) == ("error" in parameters_of(answer.way_back))
        return None if failure else self.model.add_code(pending, pending.walk.code, self.now)

    def exchange(self, code: Code, client: Client, fault: str) -> Issued | None:
        """Exchange a code, with a guess in place of ``fault`` if there is one; None when that gives no tokens."""
        form = {**self.server.exchange_form(code.walk, client.credentials()), "code": code.text}
        form |= {fault: GUESS} if fault else {}
        answer = self.server.post_form("/token", form)
        if self.is_gone(client):
            assert answer.status == 401
            return None
        return self.issued(answer, code.grant, self.model.exchange(code, client, fault, self.now))

    def issued(self, answer: Answer, grant: Grant, due: bool) -> Issued | None:
        """Hold that the token endpoint answered as it must, and return the new tokens."""
        if due:
            assert answer.status == 200, answer
            return self.model.add_tokens(answer.json, grant, self.now)
        assert (answer.status, answer.json.get("error")) == (400, "invalid_grant")
        return None

    def is_gone(self, client: Client) -> bool:
        """Tell whether the client was swept away."""
        return self.server.store.get_client(client.client_id) is None

    def is_taken(self, token: Token) -> bool:
        """Tell whether the resource takes the token."""
        try:
            self.server.oauth.bearer.authenticate(f"Bearer {token.text}", Urls(self.server.site_url))
        except TokenInvalid:
            return False
        return True
