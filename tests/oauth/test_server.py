"""The token endpoint: client authentication, the answer, and what nobody may see of it."""

from __future__ import annotations

import base64
import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from authlib.oauth2.rfc6749 import InvalidRequestError

from mxcp_flask.digests import digest
from mxcp_flask.oauth.server import AuthorizationServer, PlainResponse
from mxcp_flask.oauth.tokens import IssuedToken
from mxcp_flask.store import ConfiguredClients
from tests.oauth.parties import (
    CONFIDENTIAL,
    LIMITED,
    PUBLIC,
    REDIRECT_URI,
    SECRET,
    VERIFIER,
    RecordingStore,
    Walk,
    basic,
    form,
    query,
)
from tests.support.clock import Clock

CALLBACK = CONFIDENTIAL.redirect_uris[0]


def confidential(walk: Walk, headers: dict[str, str], changes: Mapping[str, str | None]) -> PlainResponse:
    """Exchange a new code of the confidential client with these headers and ``changes`` in the form."""
    code = walk.code("confidential", redirect_uri=CALLBACK)
    return walk.token(form(code, **{"client_id": "confidential", "redirect_uri": CALLBACK, **changes}), headers)


def encoded(text: bytes) -> dict[str, str]:
    """Return a Basic header over ``text``."""
    return {"Authorization": "Basic " + base64.b64encode(text).decode()}


@pytest.mark.parametrize(
    ("headers", "changes"),
    [
        (basic("confidential", SECRET), {"client_id": None}),
        (basic("confidential", SECRET), {}),
        ({"Authorization": basic("confidential", SECRET)["Authorization"].replace("Basic", "basic")}, {}),
        (basic("%63onfidential", SECRET.replace("_", "%5F")), {"client_id": None}),
        ({}, {"client_secret": SECRET}),
    ],
)
def test_secret_comes_either_way(walk: Walk, headers: dict[str, str], changes: dict[str, str | None]) -> None:
    """A confidential client proves itself by HTTP Basic or in the form (RFC 6749 §2.3.1)."""
    assert confidential(walk, headers, changes).status == 200


@pytest.mark.parametrize(
    ("headers", "changes"),
    [
        ({}, {}),
        ({}, {"client_id": None}),
        ({}, {"client_secret": SECRET + "x"}),
        ({}, {"client_secret": digest(SECRET)}),
        ({}, {"client_secret": "\ud800"}),
        ({}, {"client_id": "unknown"}),
        ({}, {"client_id": "unknown", "client_secret": SECRET}),
        ({}, {"client_id": "CONFIDENTIAL", "client_secret": SECRET}),
        ({}, {"client_id": "public", "client_secret": SECRET}),
        (basic("confidential", "wrong"), {}),
        (basic("confidential", ""), {}),
        (basic("unknown", SECRET), {}),
        (basic("public", ""), {"client_id": None}),
        (basic("public", "x"), {"client_id": None}),
        (encoded(b"confidential"), {"client_id": None}),
        (encoded(b"\xff\xfe:\xff"), {"client_id": None}),
        ({"Authorization": "Basic not base64!"}, {"client_id": None}),
        ({"Authorization": "Basic " + "ä"}, {"client_id": None}),
        ({"Authorization": "Basic "}, {"client_id": None}),
        ({"Authorization": "Bearer " + SECRET}, {"client_id": None}),
        ({"Authorization": ""}, {"client_id": None}),
    ],
)
def test_failed_authentication_always_looks_the_same(
    walk: Walk, headers: dict[str, str], changes: dict[str, str | None]
) -> None:
    """An unknown client, a wrong and a missing secret give the same 401 (T21), so that clients register anew."""
    answer = confidential(walk, headers, changes)

    assert answer.status == 401
    assert answer.body == {"error": "invalid_client", "error_description": "Client authentication failed."}
    assert answer.headers["WWW-Authenticate"].startswith("Basic ")


def test_document_without_documents(server: AuthorizationServer, store: RecordingStore) -> None:
    """Where no documents are read, what one brought into the store is unknown; a configured client is known."""
    url = "https://app.example/client.json"
    store.put_client(replace(PUBLIC, client_id=url, fresh_until=server.now() + 60))
    assert server.query_client(url) is None
    server.clients = ConfiguredClients(store, [replace(LIMITED, client_id=url)])

    assert server.query_client(url) == replace(LIMITED, client_id=url)


def test_failed_authentication_uses_no_code_up(walk: Walk) -> None:
    """Who cannot authenticate cannot spoil another's code."""
    code = walk.code("confidential", redirect_uri=CALLBACK)
    sent = form(code, "confidential", redirect_uri=CALLBACK)

    assert walk.token(sent, basic("confidential", "wrong")).status == 401
    assert walk.token(sent, basic("confidential", SECRET)).status == 200


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "client_credentials"}, "unsupported_grant_type"),
        ({"grant_type": "urn:ietf:params:oauth:grant-type:device_code"}, "unsupported_grant_type"),
        ({"grant_type": "Authorization_Code"}, "unsupported_grant_type"),
        ({"grant_type": '"\\\ud800'}, "unsupported_grant_type"),
        ({"code": None}, "invalid_request"),
        ({"code": "unknown"}, "invalid_grant"),
        ({"code": "\ud800"}, "invalid_grant"),
    ],
)
def test_other_requests_are_refused(walk: Walk, changes: dict[str, str | None], error: str) -> None:
    """A request without a served grant type and a code gets RFC 6749's error."""
    answer = walk.token(form(**{"code": "x", **changes}))

    assert (answer.status, answer.body["error"]) == (400, error)


def test_missing_grant_type(walk: Walk) -> None:
    """A request without a grant type is malformed rather than unsupported (RFC 6749 §5.2)."""
    with pytest.raises(InvalidRequestError, match="'grant_type' is missing"):
        walk.token(form(code="x", grant_type=None))


def test_get_gives_no_token(walk: Walk) -> None:
    """Parameters in a query never make a token request (RFC 6749 §3.2)."""
    request = walk.request(form(walk.code()))
    request.method = "GET"

    assert walk.server.create_token_response(request).body["error"] == "unsupported_grant_type"


def test_token_answer(walk: Walk) -> None:
    """The answer is RFC 6749 §5.1's; the token is ours, random, and kept as a digest only."""
    first, second = (walk.exchange(walk.code()).body for _ in range(2))

    assert (first["token_type"], first["expires_in"], first["scope"]) == ("Bearer", 3600, "mxcp:access")
    assert first["access_token"].startswith("mx_at_")
    assert first["access_token"] != second["access_token"]
    found = walk.server.store.find_token(digest(first["access_token"]), walk.server.now())
    assert found is not None
    assert first["access_token"] not in repr(found)


def test_two_exchanges_at_once_give_one_token(walk: Walk) -> None:
    """Of two requests that both found the code unused one gets a token; it dies, as a replay was seen (T10, T11)."""
    code = walk.code()
    grants = [walk.server.get_token_grant(walk.request(form(code))) for _ in range(2)]
    for grant in grants:
        grant.validate_token_request()
    _, token, _ = grants[0].create_token_response()

    with pytest.raises(Exception, match="invalid_grant"):
        grants[1].create_token_response()
    assert walk.server.store.find_token(digest(token["access_token"]), walk.server.now()) is None


def test_time_is_in_whole_seconds(server: AuthorizationServer, clock: Clock) -> None:
    """The clock's fractions are cut off."""
    clock.advance(0.999)

    assert server.now() == 1_800_000_000


def test_repr_of_a_token_shows_nothing() -> None:
    """Authlib logs the token's repr, so there is nothing in it."""
    token = IssuedToken(access_token="mx_at_secret")

    for shown in (repr(token), str(token), f"{token}", "%s" % (token,), repr([token]), repr(PlainResponse(200, token))):  # noqa: UP031
        assert "mx_at_secret" not in shown


def test_nothing_secret_is_logged(walk: Walk, caplog: pytest.LogCaptureFixture) -> None:
    """With every logger at DEBUG, Authlib's too, a whole walk shows no code, token, secret, state or verifier (T19)."""
    for name in ("authlib", "mxcp"):
        caplog.set_level(logging.DEBUG, name)
    caplog.set_level(logging.DEBUG)
    location = walk.location("confidential", redirect_uri=CALLBACK)
    sent = form(query(location)["code"], "confidential", redirect_uri=CALLBACK)
    token: dict[str, Any] = walk.token(sent, basic("confidential", SECRET)).body
    walk.token(sent, basic("confidential", SECRET))
    walk.token({**sent, "client_secret": "another-secret"})

    hidden = {sent["code"], token["access_token"], SECRET, VERIFIER, "another-secret", "provider-access-token"}
    hidden |= {walk.departures[0].state, walk.departures[0].browser_token}
    assert "replayed" in caplog.text
    assert "Issue token" in caplog.text
    assert not [secret for secret in hidden if secret in caplog.text]


def test_redirect_uri_of_parties_is_loopback(walk: Walk) -> None:
    """The public client's registered URI has no port: any one is its own (RFC 8252 §7.3)."""
    assert walk.location().startswith(REDIRECT_URI)
