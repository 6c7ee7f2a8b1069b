"""Tests of mxcp_flask.oauth.client_document."""

from __future__ import annotations

import json
from typing import Any

import pytest
from authlib.oauth2 import OAuth2Error

from mxcp_flask.oauth.client_document import client_of, fresh_seconds
from mxcp_flask.oauth.registration import SUPPORTED_GRANT_TYPES
from mxcp_flask.outbound import Fetched
from mxcp_flask.records import Client

URL = "https://app.test/client.json"
NOW = 1_800_000_000
DOCUMENT = {"client_id": URL, "client_name": "An app", "redirect_uris": ["https://app.test/callback"]}
TYPE = {"Content-Type": "application/json"}


def fetched(body: bytes | None = None, **changes: Any) -> Fetched:
    """Return the answer with the document, ``changes`` made to it; a change to None takes the member out."""
    document = {name: value for name, value in {**DOCUMENT, **changes}.items() if value is not None}
    return Fetched(200, TYPE, json.dumps(document).encode() if body is None else body)


def test_smallest_document() -> None:
    """A document with the required members makes a public client for the code grant."""
    assert client_of(URL, fetched(), NOW) == Client(
        client_id=URL,
        name="An app",
        redirect_uris=("https://app.test/callback",),
        grant_types=("authorization_code",),
        token_endpoint_auth_method="none",
        issued_at=NOW,
        fresh_until=NOW + 300,
    )


def test_full_document() -> None:
    """What the server knows is taken over, and the rest dropped."""
    answer = fetched(
        client_name="An  app\u202e\n",
        redirect_uris=["http://localhost/callback", "http://127.0.0.1/callback", "com.example.app:/cb"],
        grant_types=["authorization_code", "refresh_token", "password"],
        response_types=["code", "token"],
        token_endpoint_auth_method="none",
        scope="mxcp:access mxcp:admin mxcp:access \u00fc",
        logo_uri="http://169.254.169.254/",
        jwks_uri="http://169.254.169.254/",
        configured=True,
        allowed_scopes=["mxcp:admin"],
    )
    client = client_of(URL, answer, NOW)

    assert client.name == "An app[U+202E]"
    assert client.redirect_uris == ("http://localhost/callback", "http://127.0.0.1/callback", "com.example.app:/cb")
    assert set(client.grant_types) == {"authorization_code", "refresh_token"} & set(SUPPORTED_GRANT_TYPES)
    assert client.scopes == ("mxcp:access", "mxcp:admin")
    assert (client.configured, client.allowed_scopes, client.secret_hash) == (False, (), None)


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": None},
        {"client_id": URL + "/"},
        {"client_id": URL.upper()},
        {"client_id": "https://app.test:443/client.json"},
        {"client_id": [URL]},
        {"client_name": None},
        {"client_name": ""},
        {"client_name": " \n"},
        {"client_name": 7},
        {"client_name": "x" * 201},
        {"redirect_uris": None},
        {"redirect_uris": []},
        {"redirect_uris": "https://app.test/callback"},
        {"redirect_uris": [7]},
        {"redirect_uris": ["http://app.test/callback"]},
        {"redirect_uris": ["https://app.test/callback", "javascript:alert(1)"]},
        {"redirect_uris": ["https://app.test/callback#x"]},
        {"redirect_uris": [f"https://app.test/{number}" for number in range(21)]},
        {"client_secret": "hush"},
        {"client_secret": ""},
        {"client_secret_expires_at": 0},
        {"token_endpoint_auth_method": "client_secret_basic"},
        {"token_endpoint_auth_method": "client_secret_post"},
        {"token_endpoint_auth_method": "private_key_jwt"},
        {"token_endpoint_auth_method": ["none"]},
        {"grant_types": ["client_credentials"]},
        {"grant_types": "authorization_code"},
        {"response_types": ["token"]},
        {"response_types": "code"},
    ],
)
def test_document_that_is_refused(changes: dict[str, Any]) -> None:
    """A document of another URL, without a required member, or of a client with a secret is refused."""
    with pytest.raises(OAuth2Error) as caught:
        client_of(URL, fetched(**changes), NOW)

    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"{",
        b"\xff\xfe{}",
        b"\xef\xbb\xbf{}",
        b"[" * 5000,
        b'{"a": ' + b"9" * 5000 + b"}",
    ],
)
def test_body_that_is_no_document(body: bytes) -> None:
    """What is not a JSON object in UTF-8 is refused."""
    with pytest.raises(OAuth2Error):
        client_of(URL, fetched(body), NOW)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_document_in_another_encoding(encoding: str) -> None:
    """Only UTF-8 without a byte order mark is read, although Python could read more."""
    with pytest.raises(OAuth2Error, match="UTF-8"):
        client_of(URL, fetched(json.dumps(DOCUMENT).encode(encoding)), NOW)


@pytest.mark.parametrize("status", [201, 204, 301, 302, 304, 400, 403, 404, 500, 503])
def test_other_status(status: int) -> None:
    """Only an answer with status 200 holds a document."""
    with pytest.raises(OAuth2Error, match=str(status)):
        client_of(URL, Fetched(status, TYPE, fetched().body), NOW)


@pytest.mark.parametrize(
    ("content_type", "accepted"),
    [
        ("application/json", True),
        ("Application/JSON; charset=utf-8", True),
        ("application/client-id+json", True),
        ("application/ld+json ; profile=x", True),
        ("", False),
        ("text/html", False),
        ("text/json", False),
        ("application/jsonp", False),
        ("application/json2; x", False),
        ("application/+json", False),
        ("text/html, application/json", False),
    ],
)
def test_content_type(content_type: str, accepted: bool) -> None:
    """The type must be JSON, so that no upload or page that happens to be JSON is taken for a document."""
    answer = Fetched(200, {"Content-Type": content_type}, fetched().body)
    if accepted:
        assert client_of(URL, answer, NOW).client_id == URL
    else:
        with pytest.raises(OAuth2Error, match="type"):
            client_of(URL, answer, NOW)


@pytest.mark.parametrize(
    ("directives", "seconds"),
    [
        (None, 300),
        ("", 300),
        ("max-age=3600", 3600),
        ("public, MAX-AGE=3600", 3600),
        ('max-age="3600"', 3600),
        ("public,max-age=3600,immutable", 3600),
        ("max-age=0", 300),
        ("max-age=299", 300),
        ("max-age=86400", 86400),
        ("max-age=31536000", 86400),
        ("max-age=" + "9" * 5000, 86400),
        ("max-age=-5", 300),
        ("max-age=x", 300),
        ("s-max-age=3600", 300),
        ("no-store", 300),
        ("No-Store, max-age=3600", 300),
        ("max-age=3600, no-cache", 300),
        ("no-storeroom, max-age=3600", 3600),
    ],
)
def test_fresh_seconds(directives: str | None, seconds: int) -> None:
    """Freshness follows Cache-Control between 300 seconds and a day."""
    assert fresh_seconds({} if directives is None else {"Cache-Control": directives}) == seconds
