"""The whole authorization server under random histories, against a small model of which tokens must be alive."""

from __future__ import annotations

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from mxcp_flask.digests import digest
from mxcp_flask.errors import ProviderDenied, ProviderRefused, ProviderUnavailable, TokenInvalid
from mxcp_flask.oauth.urls import Urls
from tests.fuzz.answers import PROVIDER, Answer, leads_to
from tests.fuzz.changes import encode
from tests.fuzz.effort import LONG, examples
from tests.fuzz.model import ACCESS, CODE, DAY, GRACE, REFRESH, SIGN_IN, Client, Code, Model, Pending, Token
from tests.fuzz.server import PARTNER, URIS, Server, parameters_of
from tests.mcp.client import request

SOON = st.sampled_from((1, GRACE - 1, GRACE, CODE - 1, CODE))
LATER = st.sampled_from((SIGN_IN, ACCESS - 1, ACCESS, DAY + 1, REFRESH - 1, REFRESH))
FAILURES = (ProviderDenied, ProviderRefused, ProviderUnavailable)  # at the provider


class AuthorizationServer(RuleBasedStateMachine):
    """Clients register, people sign in, and codes and tokens are used, reused, guessed, stolen and revoked."""

    clients = Bundle("clients")
    asked = Bundle("asked")
    codes = Bundle("codes")
    tokens = Bundle("tokens")

    def __init__(self, server: Server) -> None:
        super().__init__()
        self.server = server
        self.model = Model()
        server.reset()

    @property
    def now(self) -> float:
        """Return the time."""
        return self.server.clock.now

    @initialize(target=clients)
    def begin(self) -> Any:
        """Three clients register."""
        return multiple(self.register("none", True), self.register("client_secret_post", True), self.register("none", False))

    @precondition(lambda self: len(self.model.clients) < 6)
    @rule(target=clients, method=st.sampled_from(("none", "client_secret_post")), refreshes=st.booleans())
    def register(self, method: str, refreshes: bool) -> Client:
        """A client registers."""
        grant_types = ["authorization_code", *(["refresh_token"] if refreshes else [])]
        registered = self.server.register(token_endpoint_auth_method=method, grant_types=grant_types)
        self.model.clients.append(Client(registered, self.now))
        return self.model.clients[-1]

    @precondition(lambda self: len(self.model.pending) < 12)
    @rule(target=asked, client=clients, uri=st.sampled_from((*URIS, "http://127.0.0.1:1/oauth/callback")))
    def ask(self, client: Client, uri: str) -> Any:
        """A client sends a person to the authorization endpoint."""
        walk = self.server.request(client.client_id, redirect_uri=uri)
        answer = self.server.ask(walk)
        if self.is_gone(client):
            assert answer.status in {400, 401}
            return multiple()
        assert answer.status == 200
        self.model.pending.append(Pending(client, walk, self.now + SIGN_IN))
        return self.model.pending[-1]

    @rule(pending=asked, decision=st.sampled_from(("approve", "approve", "deny")))
    def decide(self, pending: Pending, decision: str) -> None:
        """The person answers, perhaps again."""
        held = pending.stage == "consent" and pending.expires_at > self.now
        state = pending.walk.state
        answer = self.server.decide(pending.walk, decision)
        assert (answer.status == 302) == held
        if not held:
            pending.walk.state = state
        elif decision == "deny":
            pending.stage = "done"
            assert leads_to(answer.location, [pending.walk.parameters["redirect_uri"]])
        else:
            pending.stage = "provider"
            assert answer.location.startswith(PROVIDER)

    @rule(pending=asked, other=asked)
    def decide_in_another_browser(self, pending: Pending, other: Pending) -> None:
        """A page is answered with the cookies of another."""
        if other is not pending:
            form = {**pending.walk.form, "decision": "approve"}
            answer = self.server.post_form("/authorize", form, cookies=other.walk.cookies)
            assert answer.status in {400, 403}

    @rule(target=codes, pending=asked, failure=st.none() | st.none() | st.sampled_from(FAILURES))
    def come_back(self, pending: Pending, failure: type[ProviderDenied] | None) -> Any:
        """The provider sends the person back, perhaps again."""
        held = pending.stage == "provider" and pending.expires_at > self.now
        self.server.github.failure = failure(title="GitHub", reason="of the test") if failure else None
        answer = self.server.come_back(pending.walk)
        assert (answer.status == 302) == held
        if not held:
            return multiple()
        pending.stage = "done"
        assert leads_to(answer.location, [pending.walk.parameters["redirect_uri"]])
        assert bool(failure) == ("error" in parameters_of(answer.location))
        return multiple() if failure else self.model.add_code(pending, pending.walk.code, self.now)

    @rule(pending=asked, other=asked)
    def come_back_in_another_browser(self, pending: Pending, other: Pending) -> None:
        """A callback is opened where its sign-in did not begin."""
        if other is not pending:
            query = encode([("code", "of-github"), ("state", pending.walk.state)])
            answer = self.server.send("GET", "/github/callback", query=query, cookies=other.walk.cookies)
            assert answer.status == 400

    @rule(target=codes, client=clients)
    def sign_in(self, client: Client) -> Any:
        """A person does all that is asked, at once."""
        pending = self.ask(client, URIS[0])
        if not isinstance(pending, Pending):
            return multiple()
        self.decide(pending, "approve")
        return self.come_back(pending, None)

    @rule(target=tokens, client=clients)
    def get_tokens(self, client: Client) -> Any:
        """A person and a client do all that is asked, at once."""
        code = self.sign_in(client)
        return self.exchange(code, None, "") if isinstance(code, Code) else multiple()

    @rule(
        target=tokens,
        code=codes,
        thief=st.none() | st.none() | clients,
        fault=st.sampled_from(("", "", "", "verifier", "redirect_uri", "secret")),
    )
    def exchange(self, code: Code, thief: Client | None, fault: str) -> Any:
        """A code is exchanged, by its client or another one, with all that belongs to it or not."""
        client = thief or code.grant.client
        form = {**self.server.exchange_form(code.walk, {}), **client.credentials(right=fault != "secret")}
        form |= {"code": code.text}
        form |= {"code_verifier": "v" * 43} if fault == "verifier" else {}
        form |= {"redirect_uri": "https://app.example/other"} if fault == "redirect_uri" else {}
        answer = self.server.post_form("/token", form)
        if self.is_gone(client) or fault == "secret":
            assert answer.status == 401
            return multiple()
        same = {"same_uri": fault != "redirect_uri", "same_verifier": fault != "verifier"}
        return self.issued(answer, code.grant, held=self.model.exchange(code, client, **same, now=self.now))

    @rule(
        target=tokens,
        token=tokens,
        thief=st.none() | st.none() | clients,
        scope=st.sampled_from(("", "mxcp:access")),
    )
    def refresh(self, token: Token, thief: Client | None, scope: str) -> Any:
        """A token is presented for a refresh, by its client or another one, perhaps again."""
        client = thief or token.grant.client
        form = {"grant_type": "refresh_token", "refresh_token": token.text, "scope": scope, **client.credentials()}
        answer = self.server.post_form("/token", form)
        if self.is_gone(client):
            assert answer.status == 401
            return multiple()
        if not client.refreshes:
            assert (answer.status, answer.json["error"]) == (400, "unauthorized_client")
            return multiple()
        return self.issued(answer, token.grant, held=self.model.rotate(token, client, self.now))

    @rule(token=tokens, thief=st.none() | clients)
    def revoke(self, token: Token, thief: Client | None) -> None:
        """A client revokes a token of its own, or tries to revoke another's."""
        client = thief or token.grant.client
        answer = self.server.post_form("/revoke", {"token": token.text, **client.credentials()})
        assert answer.status == (401 if self.is_gone(client) else 200)
        if client is token.grant.client and token.is_live(self.now):
            token.grant.ended = True

    @rule(token=tokens)
    def introspect(self, token: Token) -> None:
        """A configured client asks about a token."""
        answer = self.server.post_form("/introspect", {"token": token.text, **PARTNER})
        assert answer.json["active"] == (token.is_live(self.now) and token.used_at is None)

    @rule(token=tokens)
    def call(self, token: Token) -> None:
        """A token is used."""
        answer = self.server.post_json("/mcp", request("ping"), authorization=f"Bearer {token.text}")
        assert answer.status == (200 if token.is_live(self.now) and not token.refresh else 401)

    @rule(seconds=SOON | SOON | LATER)
    def wait(self, seconds: int) -> None:
        """Time goes by."""
        self.server.clock.advance(seconds)

    @invariant()
    def exactly_the_live_tokens_are_taken(self) -> None:
        """The resource takes the access tokens that the model has alive, and no other token."""
        for token in self.model.tokens:
            assert self.is_taken(token) == (token.is_live(self.now) and not token.refresh)

    @invariant()
    def state_is_what_was_made(self) -> None:
        """The store has no row that no rule made, and what a live grant needs is there."""
        rows, model = self.server.rows(), self.model
        assert rows["_codes"].keys() <= {digest(code.text) for code in model.codes}
        assert rows["_tokens"].keys() <= {digest(token.text) for token in model.tokens}
        assert rows["_tokens"].keys() >= {digest(token.text) for token in model.tokens if token.is_live(self.now)}
        assert rows["_clients"].keys() <= {client.client_id for client in model.clients}
        assert len(rows["_grants"]) <= len(model.grants)
        assert len(rows["_pending"]) <= len(model.pending)
        live = [grant for grant in rows["_grants"].values() if grant.revoked_at is None and grant.expires_at > self.now]
        assert len(live) == sum(grant.is_live(self.now) for grant in model.grants)

    @invariant()
    def needed_clients_stay(self) -> None:
        """No client is swept away that somebody needs."""
        for client in self.model.clients:
            assert not self.is_gone(client) or client.gone or not self.model.is_needed(client, self.now)
            client.gone = self.is_gone(client)

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

    def issued(self, answer: Answer, grant: Any, *, held: bool) -> Any:
        """Hold that the token endpoint answered as it must, and return the new tokens."""
        if not held:
            assert (answer.status, answer.json["error"]) == (400, "invalid_grant")
            return multiple()
        assert answer.status == 200, answer
        known = len(self.model.tokens)
        self.model.add_tokens(answer.json, grant, self.now)
        return multiple(*self.model.tokens[known:])


def test_random_histories(server: Server) -> None:
    """Whatever happens in whatever order, exactly the tokens that must be alive are."""
    steps = settings(examples(30), stateful_step_count=60 if LONG else 40)

    run_state_machine_as_test(lambda: AuthorizationServer(server), settings=steps)
