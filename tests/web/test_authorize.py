"""Tests of the authorization endpoint: the consent page, and the answer to it."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from mxcp_flask.digests import s256
from tests.support import state
from tests.support.site import CLIENT_ID, Site, github_auth
from tests.support.visitor import BASE, REDIRECT_URI, Visitor, hidden, path_of, query

CONFIGURED = {"client_id": "desk", "name": "Help desk", "redirect_uris": ["https://desk.example.org/cb"]}


def ask(visitor: Visitor, **metadata: object) -> TestResponse:
    """Register a client and open its consent page."""
    client = visitor.register(**metadata)
    [redirect_uri, *_] = client["redirect_uris"]
    return visitor.ask(visitor.authorization_request(client["client_id"], redirect_uri=redirect_uri))


def test_page_says_who_wants_what(visitor: Visitor) -> None:
    """The page names the client, that it is unverified, its destination, the scopes, the provider and its scope."""
    page = ask(visitor, client_name="Notebook")

    assert (page.status_code, page.mimetype) == (200, "text/html")
    for text in (">Notebook</bdi>", "registered itself", "<bdi>127.0.0.1:49153</bdi>", "your own computer"):
        assert text in page.text
    for text in ("<code>mxcp:access</code>", "GitHub", "<code>user:email</code>", "demo"):
        assert text in page.text


@pytest.mark.parametrize(
    ("redirect_uri", "shown"),
    [
        ("https://app.example.org/cb", "<bdi>app.example.org</bdi>"),
        ("https://app.example.org:8443/cb?x=1", "<bdi>app.example.org:8443</bdi>"),
        ("com.example.app:/cb", "<bdi>com.example.app:</bdi>"),
        ("cursor://trusted.example/cb", "<bdi>cursor:</bdi>"),
    ],
)
def test_destination(visitor: Visitor, redirect_uri: str, shown: str) -> None:
    """A web address is shown by its host; a private-use scheme alone, as a host after it decides nothing."""
    page = ask(visitor, redirect_uris=[redirect_uri])

    assert shown in page.text
    assert "your own computer" not in page.text


def test_configured_client_is_not_called_unverified(tmp_path: Path, provider: Flask) -> None:
    """A client of the configuration did not register itself."""
    visitor = Visitor(Site(tmp_path / "desk", github_auth(clients=[CONFIGURED])).app(), provider)
    page = visitor.ask(visitor.authorization_request("desk", redirect_uri="https://desk.example.org/cb"))

    assert "Help desk" in page.text
    assert "registered itself" not in page.text


def test_approval_leads_to_the_provider(visitor: Visitor) -> None:
    """The provider gets our client, our callback, our scope, a new state and our own PKCE challenge."""
    departure = visitor.answer(ask(visitor))
    sent = query(departure.location)

    assert departure.status_code == 302
    assert departure.location.startswith("https://github.com/login/oauth/authorize?")
    assert sent["client_id"] == CLIENT_ID
    assert sent["redirect_uri"] == f"{BASE}/github/callback"
    assert sent["scope"] == "user:email"
    assert sent["code_challenge_method"] == "S256"
    assert visitor.state not in departure.location
    assert s256(visitor.verifier) not in departure.location


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": None}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "nobody:knows"}, "invalid_scope"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"resource": "https://other.example/mcp"}, "invalid_target"),
    ],
)
def test_fault_of_a_proven_client_goes_back_to_it(visitor: Visitor, changes: dict[str, str | None], error: str) -> None:
    """Once client and redirect URI are proven, an error is a redirect with state and iss (RFC 6749 §4.1.2.1)."""
    answer = visitor.ask(visitor.authorization_request(visitor.register()["client_id"], **changes))
    got = query(answer.location)

    assert answer.status_code == 302
    assert answer.location.startswith(f"{REDIRECT_URI}?")
    assert (got["error"], got["state"], got["iss"]) == (error, visitor.state, BASE)


def test_fault_of_an_unproven_client_is_a_page(visitor: Visitor) -> None:
    """An unknown client gets no redirect."""
    answer = visitor.ask(visitor.authorization_request("nobody"))

    assert (answer.status_code, answer.mimetype) == (400, "text/html")
    assert answer.location is None


def test_redirect_keeps_the_query_of_the_redirect_uri(visitor: Visitor) -> None:
    """What the client put into its redirect URI stays as it was."""
    page = ask(visitor, redirect_uris=["https://app.example.org/cb?a=1&b=%2F"])
    answer = visitor.answer(page, "deny")

    assert answer.location.startswith("https://app.example.org/cb?a=1&b=%2F&error=access_denied&")


def test_denial_goes_back_to_the_client(visitor: Visitor) -> None:
    """A no is access_denied with state and iss, and the browser's binding is removed."""
    answer = visitor.answer(ask(visitor), "deny")
    got = query(answer.location)

    assert (got["error"], got["state"], got["iss"]) == ("access_denied", visitor.state, BASE)
    assert "Max-Age=0" in answer.headers["Set-Cookie"]


@pytest.mark.parametrize("decision", ["", "maybe", "APPROVE"])
def test_other_decisions_are_refused(visitor: Visitor, app: Flask, decision: str) -> None:
    """What is neither yes nor no moves nothing."""
    answer = visitor.answer(ask(visitor), decision)

    assert (answer.status_code, answer.mimetype) == (400, "text/html")
    assert [entry.stage for entry in state.pending(app)] == ["consent"]


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{}", "application/json", 400),
        (b"decision=approve&decision=deny", "application/x-www-form-urlencoded", 400),
        (b"decision=%ff", "application/x-www-form-urlencoded", 400),
        (b"x" * 70_000, "application/x-www-form-urlencoded", 413),
    ],
)
def test_answer_that_is_no_form(visitor: Visitor, body: bytes, content_type: str, status: int) -> None:
    """A malformed answer is a page with a client error's status."""
    answer = visitor.browser.post("/authorize", data=body, content_type=content_type, base_url=BASE)

    assert (answer.status_code, answer.mimetype) == (status, "text/html")


def test_only_the_form_counts(visitor: Visitor, app: Flask) -> None:
    """Values in the query are not the person's answer."""
    page = ask(visitor)
    values = "&".join(f"{name}={value}" for name, value in hidden(page).items())
    answer = visitor.browser.post(f"/authorize?{values}&decision=approve", data={"decision": "approve"}, base_url=BASE)

    assert answer.status_code == 400
    assert [entry.stage for entry in state.pending(app)] == ["consent"]


def test_request_lives_ten_minutes(visitor: Visitor, app: Flask) -> None:
    """The person has ten minutes for an answer."""
    page = ask(visitor)
    app.extensions["mxcp"].clock.advance(600)

    assert visitor.answer(page).status_code == 400


def test_page_posts_to_its_own_url(visitor: Visitor) -> None:
    """The form names no address, so that it works behind any proxy."""
    assert '<form method="post" class="answer">' in ask(visitor).text


def test_provider_is_reached_by_redirect_only(visitor: Visitor, provider: Flask) -> None:
    """The server itself sends nothing to the provider before the callback."""
    departure = visitor.answer(ask(visitor))

    assert provider.config["LOG"] == []
    assert path_of(departure.location).startswith("/login/oauth/authorize")
