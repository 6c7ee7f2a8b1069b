"""The sign-in up to the provider: the question and its answer, by honest and by other people."""

from __future__ import annotations

import pytest

from mxcp_flask.digests import digest, s256
from mxcp_flask.errors import (
    ConsentExpired,
    ConsentForged,
)
from tests.oauth.parties import (
    PUBLIC,
    REDIRECT_URI,
    STATE,
    URLS,
    VERIFIER,
    PlainProvider,
    RecordingStore,
    Walk,
    query,
)
from tests.support.clock import Clock

SECRETS = ("handle", "csrf_token", "browser_token")


# Asking.


def test_question_says_who_wants_what(walk: Walk) -> None:
    """The consent page gets the client, the scope and the redirect URI, and three new secrets."""
    first, second = walk.ask(), walk.ask(redirect_uri=None, scope=None)

    assert (first.client.name, first.scope, first.redirect_uri) == (PUBLIC.name, "mxcp:access", REDIRECT_URI)
    assert (second.scope, second.redirect_uri) == ("mxcp:access", "http://127.0.0.1/callback")
    secrets = {getattr(question, name) for question in (first, second) for name in SECRETS}
    assert len(secrets) == 6
    assert not [secret for secret in secrets if secret in repr((first, second))]


def test_nothing_is_kept_in_the_clear(walk: Walk, store: RecordingStore) -> None:
    """What the store holds of a question and of a departure would let nobody answer in the person's place."""
    question = walk.ask()
    departure = walk.approve(question)
    kept = repr(vars(store))

    assert digest(question.handle) in kept
    for secret in (question.handle, question.csrf_token, departure.state, departure.browser_token):
        assert secret not in kept
    assert departure.state not in repr(departure)
    assert departure.browser_token not in repr(departure)


def test_asking_reaches_nobody(store: RecordingStore, walk: Walk, provider: PlainProvider) -> None:
    """Until the person says yes nothing happens at the provider, and no code comes of a question (T1)."""
    walk.ask()

    assert provider.exchanged == []
    assert store.issued == []


# The answer.


def test_approval_leads_to_the_provider(walk: Walk) -> None:
    """The browser goes to the provider with our client, our callback, a state and a challenge of our own."""
    departure = walk.approve(walk.ask())
    sent = query(departure.location)

    assert departure.location.startswith("https://idp.example/authorize?")
    assert sent["redirect_uri"] == "https://mcp.example/plain/callback"
    assert sent["client_id"] == "our-client-id"
    assert sent["state"] == departure.state
    assert STATE not in departure.location
    assert sent["code_challenge"] != s256(VERIFIER)


def test_every_departure_is_new(walk: Walk) -> None:
    """Two sign-ins share no state, browser binding or challenge."""
    first, second = walk.approve(walk.ask()), walk.approve(walk.ask())

    assert first.state != second.state
    assert first.browser_token != second.browser_token
    assert query(first.location)["code_challenge"] != query(second.location)["code_challenge"]


@pytest.mark.parametrize("step", ["approve", "deny"])
@pytest.mark.parametrize(
    "forged",
    [{"csrf_token": ""}, {"csrf_token": "x"}, {"browser_token": ""}, {"browser_token": "x"}, {"csrf_token": "\ud800"}],
)
def test_forged_answer_moves_nothing(walk: Walk, step: str, forged: dict[str, str]) -> None:
    """An answer from another page or browser is refused, and the person's own still counts (T3)."""
    question = walk.ask()
    proof = {name: getattr(question, name) for name in SECRETS}
    with pytest.raises(ConsentForged):
        getattr(walk.signin, step)(**{**proof, **forged}, urls=URLS)

    assert getattr(walk.signin, step)(**proof, urls=URLS)


@pytest.mark.parametrize("step", ["approve", "deny"])
def test_proof_of_another_question_is_no_proof(walk: Walk, step: str) -> None:
    """An attacker's own page and cookie do not answer the victim's question."""
    own, theirs = walk.ask(), walk.ask()
    with pytest.raises(ConsentForged):
        getattr(walk.signin, step)(theirs.handle, own.csrf_token, own.browser_token, URLS)


@pytest.mark.parametrize("first", ["approve", "deny"])
@pytest.mark.parametrize("second", ["approve", "deny"])
def test_question_is_answered_once(walk: Walk, first: str, second: str) -> None:
    """The back button and a second click find the question answered."""
    question = walk.ask()
    proof = (question.handle, question.csrf_token, question.browser_token, URLS)
    getattr(walk.signin, first)(*proof)

    with pytest.raises(ConsentExpired):
        getattr(walk.signin, second)(*proof)


@pytest.mark.parametrize("step", ["approve", "deny"])
@pytest.mark.parametrize(("seconds", "live"), [(599, True), (600, False)])
def test_question_expires(walk: Walk, clock: Clock, step: str, seconds: int, live: bool) -> None:
    """A question stays open for ten minutes; an unknown one never was."""
    question = walk.ask()
    clock.advance(seconds)
    proof = (question.csrf_token, question.browser_token, URLS)
    if live:
        assert getattr(walk.signin, step)(question.handle, *proof)
    with pytest.raises(ConsentExpired):
        getattr(walk.signin, step)(question.handle, *proof)
    with pytest.raises(ConsentExpired):
        getattr(walk.signin, step)("unknown", *proof)


def test_no_goes_back_to_the_client(store: RecordingStore, walk: Walk) -> None:
    """A person's no is access_denied, with state and issuer; the provider never hears of it."""
    question = walk.ask()
    location = walk.signin.deny(question.handle, question.csrf_token, question.browser_token, URLS)

    assert location.startswith(f"{REDIRECT_URI}?")
    assert (query(location)["error"], query(location)["state"]) == ("access_denied", STATE)
    assert query(location)["iss"] == URLS.issuer
    assert store.issued == []
