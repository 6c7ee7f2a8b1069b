"""Redirect URIs at the authorization endpoint: what a client may name, and what comes back to it."""

from __future__ import annotations

import pytest

from tests.support.visitor import REDIRECT_URI, Visitor, query


def test_missing_redirect_uri_of_a_client_with_two(visitor: Visitor) -> None:
    """The server does not choose among several registered URIs."""
    client_id = visitor.register(redirect_uris=[REDIRECT_URI, "https://app.example.org/cb"])["client_id"]
    answer = visitor.ask(visitor.authorization_request(client_id, redirect_uri=None, scope="nobody:knows"))

    assert answer.status_code == 400
    assert "Location" not in answer.headers


@pytest.mark.parametrize(
    ("registered", "requested"),
    [
        ("http://127.0.0.1/cb", "http://127.0.0.1:51234/cb"),
        ("http://127.0.0.1:1/cb?x=1", "http://127.0.0.1:65535/cb?x=1"),
        ("http://[::1]/cb", "http://[::1]:51234/cb"),
        ("http://localhost:3000/cb", "http://localhost/cb"),
    ],
)
def test_loopback_client_may_take_any_port(visitor: Visitor, registered: str, requested: str) -> None:
    """A native application gets its answer at the port that it found free (RFC 8252 §7.3)."""
    client_id = visitor.register(redirect_uris=[registered])["client_id"]
    got = visitor.sign_in(client_id, redirect_uri=requested)
    answer = visitor.exchange(client_id, got["code"], redirect_uri=requested)

    assert answer.status_code == 200


@pytest.mark.parametrize("registered", ["https://app.example.org/cb", "com.example.app:/cb"])
def test_other_clients_may_not(visitor: Visitor, registered: str) -> None:
    """Away from loopback every byte counts."""
    client_id = visitor.register(redirect_uris=[registered])["client_id"]
    answer = visitor.ask(visitor.authorization_request(client_id, redirect_uri=registered.replace("/cb", ":8443/cb")))

    assert answer.status_code == 400
    assert "Location" not in answer.headers


def test_error_text_cannot_add_parameters(visitor: Visitor) -> None:
    """A state with separators comes back as the one value that it was."""
    hostile = "x&code=stolen#\r\nSet-Cookie: a=b\u2028\u00e9"
    answer = visitor.ask(
        visitor.authorization_request(visitor.register()["client_id"], scope="nobody:knows", state=hostile)
    )

    assert query(answer.location)["state"] == hostile
    assert query(answer.location).keys() == {"error", "error_description", "state", "iss"}
    assert "Set-Cookie" not in answer.headers
