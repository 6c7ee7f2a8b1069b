"""Random histories of the whole authorization server, as a state machine of Hypothesis."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, precondition, rule

from mxcp_flask.digests import digest
from mxcp_flask.errors import ProviderDenied, ProviderRefused, ProviderUnavailable
from tests.fuzz import model as m
from tests.fuzz.changes import encode
from tests.fuzz.model import Client, Code, Issued, Model, Pending
from tests.fuzz.server import LOOPBACK, PARTNER, URIS, Server
from tests.fuzz.steps import Steps
from tests.mcp.client import request

SOON = st.sampled_from((1, m.GRACE - 1, m.GRACE, m.CODE - 1, m.CODE))
LATER = st.sampled_from((m.SIGN_IN, m.ACCESS - 1, m.ACCESS, m.UNUSED + 1, m.REFRESH - 1, m.REFRESH))
PROVIDER_FAILURES = st.sampled_from((ProviderDenied, ProviderRefused, ProviderUnavailable))
OTHER_PORT = LOOPBACK.replace("49153", "1")


class AuthorizationServer(RuleBasedStateMachine):
    """Clients register, people sign in, and codes and tokens are used, reused, guessed, stolen and revoked.

    After every step the server takes exactly those tokens that the model has alive.
    """

    server: Server  # set by who runs it

    clients = Bundle("clients")
    asked = Bundle("asked")
    codes = Bundle("codes")
    tokens = Bundle("tokens")

    def __init__(self) -> None:
        super().__init__()
        self.steps = Steps(self.server)
        self.server.reset()

    @property
    def model(self) -> Model:
        """Return what there is."""
        return self.steps.model

    @property
    def now(self) -> float:
        """Return the time."""
        return self.steps.now

    @initialize(target=clients)
    def begin(self) -> Any:
        """Register a client of each kind."""
        return multiple(
            *(self.steps.register(*kind) for kind in (("none", True), ("client_secret_post", True), ("none", False)))
        )

    @precondition(lambda self: sum(not client.gone for client in self.model.clients) < 4)
    @rule(target=clients, method=st.sampled_from(("none", "client_secret_post")), refreshes=st.booleans())
    def register(self, method: str, refreshes: bool) -> Client:
        """Register one more."""
        return self.steps.register(method, refreshes)

    @precondition(lambda self: len(self.model.pending) < 12)
    @rule(target=asked, client=clients, uri=st.sampled_from((*URIS, OTHER_PORT)))
    def ask(self, client: Client, uri: str) -> Any:
        """Open the authorization endpoint."""
        return self.steps.ask(client, uri) or multiple()

    @rule(pending=asked, decision=st.sampled_from(("approve", "approve", "deny")))
    def decide(self, pending: Pending, decision: str) -> None:
        """Answer the page, perhaps again."""
        self.steps.decide(pending, decision)

    @rule(pending=asked, other=asked)
    def decide_in_another_browser(self, pending: Pending, other: Pending) -> None:
        """Answer a page with the cookies of another."""
        if other is not pending:
            form = {**pending.walk.form, "decision": "approve"}
            answer = self.server.post_form("/authorize", form, cookies=other.walk.cookies)
            assert answer.status in {400, 403}

    @rule(target=codes, pending=asked, failure=st.none() | st.none() | PROVIDER_FAILURES)
    def come_back(self, pending: Pending, failure: type[ProviderDenied] | None) -> Any:
        """Come back from the provider, perhaps again."""
        return self.steps.come_back(pending, failure) or multiple()

    @rule(pending=asked, other=asked)
    def come_back_in_another_browser(self, pending: Pending, other: Pending) -> None:
        """Open a callback where its sign-in did not begin."""
        if other is not pending:
            query = encode([("code", "of-github"), ("state", pending.walk.state)])
            answer = self.server.send("GET", "/github/callback", query=query, cookies=other.walk.cookies)
            assert answer.status == 400

    @rule(target=codes, client=clients)
    def sign_in(self, client: Client) -> Any:
        """Do all that leads to a code."""
        return self.steps.sign_in(client) or multiple()

    @rule(target=tokens, client=clients)
    def get_tokens(self, client: Client) -> Any:
        """Do all that leads to tokens."""
        code = self.steps.sign_in(client)
        return (code and self.steps.exchange(code, client, "")) or multiple()

    @rule(
        target=tokens,
        code=codes,
        thief=st.none() | st.none() | clients,
        faults=st.lists(st.sampled_from(("", "code_verifier", "redirect_uri")), min_size=1, max_size=3),
    )
    def exchange(self, code: Code, thief: Client | None, faults: list[str]) -> Any:
        """Exchange a code as its client or another, with all that belongs to it or not, perhaps again."""
        issued = [self.steps.exchange(code, thief or code.grant.client, fault) for fault in faults]
        return multiple(*filter(None, issued))

    @rule(
        target=tokens,
        issued=tokens,
        thief=st.none() | st.none() | clients,
        scope=st.sampled_from(("", "mxcp:access")),
        times=st.just(1) | st.integers(1, m.ROTATIONS + 2),
    )
    def refresh(self, issued: Issued, thief: Client | None, scope: str, times: int) -> Any:
        """Present a token for a refresh as its client or another, perhaps again and again."""
        token = issued.refresh or issued.access
        client = thief or token.grant.client
        form = {"grant_type": "refresh_token", "refresh_token": token.text, "scope": scope, **client.credentials()}
        answers = [self.server.post_form("/token", form) for _ in range(times)]
        if self.steps.is_gone(client) or not client.refreshes:
            error = "invalid_client" if self.steps.is_gone(client) else "unauthorized_client"
            assert {answer.json["error"] for answer in answers} == {error}
            return multiple()
        new = [self.steps.issued(each, token.grant, self.model.rotate(token, client, self.now)) for each in answers]
        return multiple(*filter(None, new))

    @rule(issued=tokens, refresh=st.booleans(), thief=st.none() | clients)
    def revoke(self, issued: Issued, refresh: bool, thief: Client | None) -> None:
        """Revoke a token as its client, or try it as another."""
        token = (refresh and issued.refresh) or issued.access
        client = thief or token.grant.client
        answer = self.server.post_form("/revoke", {"token": token.text, **client.credentials()})
        assert answer.status == (401 if self.steps.is_gone(client) else 200)
        if client is token.grant.client and token.is_live(self.now):
            token.grant.ended = True

    @rule(issued=tokens, path=st.sampled_from(("/token", "/revoke", "/introspect")))
    def pretend(self, issued: Issued, path: str) -> None:
        """Act as a client with a secret that is not its own."""
        form = {**issued.access.grant.client.credentials(), "client_secret": "mx_cs_guessed"}
        token = (issued.refresh or issued.access).text
        answer = self.server.post_form(
            path, {**form, "grant_type": "refresh_token", "refresh_token": token, "token": token}
        )
        assert (answer.status, answer.json.get("error")) == (401, "invalid_client")

    @rule(issued=tokens)
    def use(self, issued: Issued) -> None:
        """Use the tokens, and ask about them as a configured client."""
        for token in filter(None, (issued.access, issued.refresh)):
            headers = {"Authorization": f"Bearer {token.text}"}
            answer = self.server.post_json("/mcp", request("ping"), headers=headers)
            told = self.server.post_form("/introspect", {"token": token.text, **PARTNER}).json
            assert answer.status == (200 if token.is_live(self.now) and not token.refresh else 401)
            assert told["active"] == (token.is_live(self.now) and token.used_at is None)

    @rule(seconds=SOON | SOON | LATER)
    def wait(self, seconds: int) -> None:
        """Let time go by."""
        self.server.clock.advance(seconds)

    @invariant()
    def check_tokens(self) -> None:
        """Hold that the resource takes the access tokens that are alive, and no other token."""
        for token in self.model.tokens:
            assert self.steps.is_taken(token) == (token.is_live(self.now) and not token.refresh)

    @invariant()
    def check_state(self) -> None:
        """Hold that the store has no row that no step made, and all that is alive."""
        rows, model = self.server.rows(), self.model
        live = {digest(token.text) for token in model.tokens if token.is_live(self.now)}
        assert live <= rows["_tokens"].keys() <= {digest(token.text) for token in model.tokens}
        assert rows["_codes"].keys() <= {digest(code.text) for code in model.codes}
        assert rows["_clients"].keys() <= {client.client_id for client in model.clients}
        assert len(rows["_pending"]) <= len(model.pending)
        grants = [grant for grant in rows["_grants"].values() if grant.revoked_at is None]
        assert len(rows["_grants"]) <= len(model.grants)
        assert sum(grant.expires_at > self.now for grant in grants) == sum(g.is_live(self.now) for g in model.grants)

    @invariant()
    def check_clients(self) -> None:
        """Hold that no client is swept away that somebody needs."""
        for client in self.model.clients:
            assert not self.steps.is_gone(client) or client.gone or not self.model.is_needed(client, self.now)
            client.gone = self.steps.is_gone(client)
