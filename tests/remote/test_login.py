"""The way through the browser, and answers that must not be believed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from mxcp_flask.digests import s256
from mxcp_flask.errors import RegistrationNeeded, RegistrationRefused, RemoteUnexpected, SignInFailed
from mxcp_flask.remote.discovery import discover
from mxcp_flask.remote.kept import SignedIn
from mxcp_flask.remote.listener import Listener
from mxcp_flask.remote.login import Login
from tests.remote.conftest import Stranger, signed_in

TOKENS = {"access_token": "new-access", "refresh_token": "new-refresh", "token_type": "Bearer", "expires_in": 60}


@pytest.fixture
def listener() -> Iterator[Listener]:
    """Listen for the browser."""
    with closing(Listener()) as listener:
        yield listener


def begin(stranger: Stranger, listener: Listener, before: SignedIn | None = None) -> Login:
    """Return a sign-in that waits for the browser."""
    stranger.answers["register"] = ({"client_id": "new-client"}, 201)
    stranger.answers.setdefault("token", (TOKENS, 200))
    login = Login(discover(stranger.url), listener, before, lambda: 1000.0)
    login.name_client(None)
    return login


def come_back(listener: Listener, **answer: str) -> requests.Response:
    """Come back from the browser."""
    return requests.get(listener.redirect_uri, params={"state": listener.state, **answer}, timeout=10)


def test_tokens_come_from_a_code(stranger: Stranger, listener: Listener) -> None:
    """The code must be exchanged with the verifier of the challenge that was sent, for the same resource."""
    login = begin(stranger, listener)
    sent = {name: values[0] for name, values in parse_qs(urlsplit(login.url(["a", "c"])).query).items()}
    come_back(listener, code="the-code", iss=stranger.metadata["issuer"])

    done = login.finish(10)

    asked = stranger.asked[-1]
    assert (done.access_token, done.refresh_token, done.expires_at) == ("new-access", "new-refresh", 1060)
    assert sent["code_challenge"] == s256(asked["code_verifier"])
    assert (sent["code_challenge_method"], sent["scope"]) == ("S256", "a c")
    assert sent["resource"] == asked["resource"] == stranger.url
    assert sent["redirect_uri"] == asked["redirect_uri"] == listener.redirect_uri
    assert (asked["code"], asked["client_id"]) == ("the-code", "new-client")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"code": "c", "iss": "https://evil.example"}, "the answer is from https://evil.example"),
        ({"code": "c"}, "the answer is from nobody"),
        ({"error": "access_denied", "error_description": "No.", "iss": ""}, r"No \(access_denied\)"),
        ({"iss": ""}, "no code"),
    ],
)
def test_answers_that_are_none(stranger: Stranger, listener: Listener, answer: dict[str, str], said: str) -> None:
    """Another issuer's answer, none, or a refusal must end the sign-in, and no code be sent anywhere."""
    login = begin(stranger, listener)
    come_back(listener, **{**answer, **({"iss": stranger.metadata["issuer"]} if answer.get("iss") == "" else {})})

    with pytest.raises(SignInFailed, match=said):
        login.finish(10)
    assert "token" not in {asked["path"] for asked in stranger.asked}


def test_a_known_client_is_used_again(stranger: Stranger, listener: Listener) -> None:
    """A client that the server still knows must not be registered anew; one that it forgot must."""
    stranger.answers["token"] = ({"error": "invalid_grant"}, 400)
    assert begin(stranger, listener, signed_in(stranger)).client_id == "client"

    stranger.answers["token"] = ({"error": "invalid_client"}, 401)
    assert begin(stranger, listener, signed_in(stranger)).client_id == "new-client"


def test_a_registration_is_refused(stranger: Stranger, listener: Listener) -> None:
    """What the server says of it must be told, and that a client can be named."""
    login = begin(stranger, listener)
    stranger.answers["register"] = ({"error": "temporarily_unavailable", "error_description": "Too many."}, 429)
    with pytest.raises(RegistrationRefused, match=r"Too many\. Try again later, or name a client with --client-id"):
        login.name_client(None)

    del stranger.metadata["registration_endpoint"]
    with pytest.raises(RegistrationNeeded, match="--client-id"):
        Login(discover(stranger.url), listener, None, lambda: 0.0).name_client(None)


@pytest.mark.parametrize("body", [{}, {"access_token": "t"}, {"access_token": "t", "token_type": "mac"}])
def test_an_answer_without_a_bearer_token(stranger: Stranger, listener: Listener, body: dict[str, Any]) -> None:
    """What is no bearer token must not be kept as one."""
    stranger.answers["token"] = (body, 200)
    login = begin(stranger, listener)
    come_back(listener, code="c", iss=stranger.metadata["issuer"])

    with pytest.raises(RemoteUnexpected, match="no bearer token"):
        login.finish(10)
