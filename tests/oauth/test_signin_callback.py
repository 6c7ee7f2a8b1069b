"""The sign-in from the provider on: whose callback it is, who may come in, and what the client gets."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from authlib.oauth2.rfc6749 import OAuth2Error

from mxcp_flask.digests import digest, s256
from mxcp_flask.errors import (
    InvalidState,
    PersonRefused,
    ProviderDenied,
    ProviderError,
    ProviderFailed,
    ProviderRefused,
    ProviderUnavailable,
)
from mxcp_flask.oauth.scopes import ScopePolicy
from mxcp_flask.oauth.server import AuthorizationServer
from mxcp_flask.oauth.signin import error_location
from mxcp_flask.oauth.urls import Urls
from mxcp_flask.records import People
from mxcp_flask.store import MemoryStore
from tests.oauth.parties import (
    ADA,
    PUBLIC,
    STATE,
    URLS,
    PlainProvider,
    RecordingStore,
    Walk,
    query,
)
from tests.support.clock import Clock


def test_code_comes_with_state_and_issuer(walk: Walk, provider: PlainProvider) -> None:
    """The client gets a code, its state and our issuer (RFC 9207), each once; the provider was asked with our own."""
    location = walk.location()
    code, callback_url, verifier = provider.exchanged[0]

    assert query(location).keys() == {"code", "state", "iss"}
    assert (query(location)["state"], query(location)["iss"]) == (STATE, "https://mcp.example")
    assert (code, callback_url) == ("provider-code", "https://mcp.example/plain/callback")
    assert s256(verifier) == query(walk.departures[0].location)["code_challenge"]


@pytest.mark.parametrize("state", ["", "unknown", STATE, "\ud800", "x" * 10_000])
def test_unknown_state_is_refused(walk: Walk, provider: PlainProvider, state: str) -> None:
    """A callback with a state that is not ours gets no further (T6)."""
    departure = walk.approve(walk.ask())
    with pytest.raises(InvalidState):
        walk.come_back(replace(departure, state=state))
    with pytest.raises(InvalidState):
        walk.signin.finish({"code": "x"}, departure.browser_token, URLS)

    assert provider.exchanged == []


def test_state_is_no_substitute_for_the_handle(walk: Walk) -> None:
    """Neither the question's handle nor its cookie opens the callback."""
    question = walk.ask()
    departure = walk.approve(question)
    for state, browser in ((question.handle, departure.browser_token), (departure.state, question.browser_token)):
        with pytest.raises(InvalidState):
            walk.signin.finish({"state": state, "code": "x"}, browser, URLS)


@pytest.mark.parametrize("browser_token", ["", "another browser's"])
def test_other_browser_is_refused(walk: Walk, provider: PlainProvider, browser_token: str) -> None:
    """The callback in a browser that did not leave gets no code, and spoils nothing for the one that did (T4)."""
    departure = walk.approve(walk.ask())
    with pytest.raises(InvalidState):
        walk.come_back(replace(departure, browser_token=browser_token))

    assert provider.exchanged == []
    assert "code" in query(walk.come_back(departure))


@pytest.mark.parametrize("base", ["http://mcp.example", "https://mcp.example:8443", "https://other.example"])
def test_callback_at_another_base_is_refused(
    store: RecordingStore, walk: Walk, provider: PlainProvider, base: str
) -> None:
    """A callback that comes under another name of ours than the request gives no code for either, and is used up."""
    departure = walk.approve(walk.ask())
    back = {"state": departure.state, "code": "provider-code"}
    with pytest.raises(InvalidState, match=r"^Invalid state parameter\.$"):
        walk.signin.finish(back, departure.browser_token, Urls(base))
    with pytest.raises(InvalidState):
        walk.come_back(departure)

    assert (provider.exchanged, store.issued) == ([], [])


def test_state_counts_once(store: RecordingStore, walk: Walk, provider: PlainProvider) -> None:
    """A callback that is opened again gets no second code."""
    departure = walk.approve(walk.ask())
    walk.come_back(departure)
    with pytest.raises(InvalidState):
        walk.come_back(departure)

    assert len(provider.exchanged) == 1
    assert len(store.issued) == 1


def test_state_expires(walk: Walk, clock: Clock) -> None:
    """The whole sign-in has ten minutes, from the question on."""
    question = walk.ask()
    clock.advance(300)
    departure = walk.approve(question)
    clock.advance(300)

    with pytest.raises(InvalidState):
        walk.come_back(departure)


@pytest.mark.parametrize(
    ("failure", "error"),
    [
        (ProviderDenied, "access_denied"),
        (ProviderUnavailable, "temporarily_unavailable"),
        (ProviderRefused, "server_error"),
        (ProviderError, "server_error"),
    ],
)
def test_failure_of_the_provider_reaches_the_client(
    store: RecordingStore,
    walk: Walk,
    provider: PlainProvider,
    caplog: pytest.LogCaptureFixture,
    failure: type[ProviderError],
    error: str,
) -> None:
    """The client gets an OAuth error with state and issuer; why is in the log only."""
    provider.failure = failure(title="Plain", reason="because of the weather")
    with pytest.raises(ProviderFailed) as caught:
        walk.location()
    answer = query(caught.value.facts["location"])

    assert (answer["error"], answer["state"], answer["iss"]) == (error, STATE, URLS.issuer)
    assert "weather" not in str(answer)
    assert "weather" in caplog.text
    assert store.issued == []


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"error": "access_denied", "error_description": "No <b>way</b>"}, "access_denied"),
        ({"error": "temporarily_unavailable"}, "temporarily_unavailable"),
        ({"error": "evil\r\nSet-Cookie: x"}, "server_error"),
        ({"error": "x", "code": "provider-code"}, "server_error"),
        ({"code": ""}, "server_error"),
    ],
)
def test_error_at_the_callback_reaches_the_client(walk: Walk, arguments: dict[str, str], error: str) -> None:
    """What the provider reports becomes our own words, and the state is used up."""
    departure = walk.approve(walk.ask())
    with pytest.raises(ProviderFailed) as caught:
        walk.come_back(departure, **arguments)
    location = caught.value.facts["location"]

    assert query(location)["error"] == error
    assert "way" not in location
    assert "Cookie" not in location
    with pytest.raises(InvalidState):
        walk.come_back(departure)


# Who may come in.


def admit(walk: Walk, policy: ScopePolicy) -> dict[str, str]:
    """Return what the client gets when Ada signs in under ``policy``; when she is turned away, by the page's link."""
    walk.server.scopes = policy
    try:
        return query(walk.location(scope="mxcp:access mxcp:admin"))
    except PersonRefused as refused:
        return query(refused.facts["location"])


def test_person_who_is_not_admitted(store: RecordingStore, walk: Walk, caplog: pytest.LogCaptureFixture) -> None:
    """Somebody who is not on the list gets no code, and the log says who it was."""
    known = ("mxcp:access", "mxcp:admin")
    answer = admit(walk, ScopePolicy(known=known, allow=People(users=("somebody-else",))))

    assert (answer["error"], answer["state"]) == ("access_denied", STATE)
    assert "plain:4711 ('ada-fixture')" in caplog.text
    assert store.issued == []


def test_person_who_may_have_a_part(walk: Walk) -> None:
    """A scope that is for others is left out of the token."""
    grants = {"mxcp:admin": People(users=("somebody-else",))}
    code = admit(walk, ScopePolicy(known=("mxcp:access", "mxcp:admin"), scope_grants=grants))["code"]

    assert walk.exchange(code).body["scope"] == "mxcp:access"


def test_person_who_may_have_nothing(walk: Walk) -> None:
    """With no scope left there is no code."""
    grants = dict.fromkeys(("mxcp:access", "mxcp:admin"), People())

    assert admit(walk, ScopePolicy(known=tuple(grants), scope_grants=grants))["error"] == "access_denied"


def test_grant_is_the_persons(walk: Walk, store: RecordingStore) -> None:
    """What the token leads to is the person, the client, and the provider's token, which no repr shows."""
    token = walk.exchange(walk.code()).body["access_token"]
    found = store.find_token(digest(token), walk.server.now())
    assert found is not None
    _, grant = found

    assert (grant.user, grant.client_id, grant.scope) == (ADA, "public", "mxcp:access")
    assert grant.provider_token is not None
    assert grant.provider_token.access_token == "provider-access-token"
    assert "provider-access-token" not in repr(grant)


# Meanwhile.


def forget_client(server: AuthorizationServer) -> None:
    """Let the server lose its clients."""
    server.clients = MemoryStore()


@pytest.mark.parametrize("arguments", [{}, {"error": "access_denied"}])
def test_client_that_is_gone_gets_nothing(
    store: RecordingStore, walk: Walk, server: AuthorizationServer, arguments: dict[str, str]
) -> None:
    """When the client was removed during the sign-in there is no place to redirect to."""
    departure = walk.approve(walk.ask())
    forget_client(server)
    with pytest.raises(OAuth2Error) as caught:
        walk.come_back(departure, **arguments)

    assert caught.value.redirect_uri is None
    assert store.issued == []


def test_redirect_uri_that_is_gone_gets_nothing(store: RecordingStore, walk: Walk, server: AuthorizationServer) -> None:
    """A redirect URI that the client gave up during the sign-in is not used any more."""
    departure = walk.approve(walk.ask())
    changed = MemoryStore()
    changed.add_client(replace(PUBLIC, redirect_uris=("https://new.example/callback",)))
    server.clients = changed

    with pytest.raises(OAuth2Error):
        walk.come_back(departure)
    assert store.issued == []


def test_error_location_has_state_and_issuer() -> None:
    """An error redirect holds the error, its description, the state and the issuer, each once."""
    error = OAuth2Error("Why not.", error="server_error", redirect_uri="app:///cb?x", state="a&b")
    location = error_location(error, URLS)

    assert location.startswith("app:///cb?x&error=")
    assert query(location) == {
        "x": "",
        "error": "server_error",
        "error_description": "Why not.",
        "state": "a&b",
        "iss": "https://mcp.example",
    }
    assert urlsplit(location).fragment == ""
