"""Client metadata documents, as strangers write and serve them."""

from __future__ import annotations

import json
from typing import Any

from authlib.oauth2 import OAuth2Error
from hypothesis import given
from hypothesis import strategies as st

from mxcp_flask.errors import MxcpError, OutboundFailed, OutboundRefused
from mxcp_flask.oauth.client_document import LONGEST_FRESH, SHORTEST_FRESH, client_of, fresh_seconds
from mxcp_flask.outbound import Fetched
from mxcp_flask.records import Client
from mxcp_flask.redirect_uris import find_fault
from tests.fuzz.answers import leads_to
from tests.fuzz.changes import Alteration, Change, alterations, altered, changed, changes, encode, sole
from tests.fuzz.effort import examples
from tests.fuzz.server import LOOPBACK, URIS, Server
from tests.fuzz.texts import texts, uris
from tests.oauth.fake_web import URL

DOCUMENT: dict[str, Any] = {
    "client_id": URL,
    "client_name": "An app",
    "redirect_uris": list(URIS),
    "grant_types": ["authorization_code", "refresh_token"],
    "response_types": ["code"],
    "token_endpoint_auth_method": "none",
    "scope": "mxcp:access",
    "jwks_uri": "https://app.test/keys",
}
NOW = 1_800_000_000
HEADERS = {"Content-Type": "application/json", "Cache-Control": "public, max-age=600"}
WORDS = texts | st.sampled_from(("max-age=", "no-store", "max-age=99999999999", "application/cimd+json", "; charset=x"))


@examples(250)
@given(
    made=alterations(),
    ascii_only=st.booleans(),
    headers=changes(tuple(HEADERS), words=WORDS, most=1),
    status=st.sampled_from((200, 200, 200, 201, 302, 404, 500)),
)
def test_altered_document(made: list[Alteration], ascii_only: bool, headers: list[Change], status: int) -> None:
    """An answer is refused, or describes a public client at its own URL with nothing unsafe in it."""
    body = json.dumps(altered(DOCUMENT, made), ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")

    client = read(Fetched(status, dict(changed(HEADERS, headers)), body))

    assert client is None or status == 200


@examples(150)
@given(
    body=st.binary(max_size=40)
    | texts.map(lambda text: json.dumps(DOCUMENT).replace("An app", text).encode("utf-8", "ignore"))
)
def test_any_document(body: bytes) -> None:
    """A body of any bytes is refused, or is a document after all."""
    read(Fetched(200, HEADERS, body))


@examples(150)
@given(directives=st.lists(WORDS, max_size=4).map(", ".join))
def test_freshness(directives: str) -> None:
    """Whatever Cache-Control says, a document is used for a bounded time."""
    assert SHORTEST_FRESH <= fresh_seconds({"Cache-Control": directives}) <= LONGEST_FRESH


@examples(120)
@given(made=alterations(most=1), uri=st.sampled_from(URIS), named=st.just(URL) | uris | texts.map(URL.__add__))
def test_whole_look_up(server: Server, made: list[Alteration], uri: str, named: str) -> None:
    """An authorization request by URL is shown or redirected only when the document there allows it."""
    server.reset()
    document = altered(DOCUMENT, made)
    server.web.answer = Fetched(200, HEADERS, json.dumps(document).encode())
    server.web.urls.clear()

    answer = server.ask(server.request(named, redirect_uri=uri, response_type="token"))

    assert answer.status in {302, 400, 401}
    assert server.web.urls in ([], [named])
    assert server.rows()["_clients"].keys() <= {named}
    if answer.status == 302:
        assert named == URL == document["client_id"]
        assert leads_to(answer.location, [uri])
        assert uri in document["redirect_uris"]


@examples(60)
@given(
    failure=st.sampled_from((OutboundFailed, OutboundRefused)),
    reason=texts,
    made=changes(("client_id", "redirect_uri")),
)
def test_document_out_of_reach(server: Server, failure: type[MxcpError], reason: str, made: list[Change]) -> None:
    """Without its document a client leads nowhere, and leaves nothing behind."""
    server.reset()
    server.web.answer = failure(url=URL, reason=reason)
    parameters = server.request(URL, redirect_uri=LOOPBACK).parameters
    pairs = changed(parameters, made)

    answer = server.send("GET", "/authorize", query=encode(pairs))

    assert answer.status in {400, 401}
    assert not any(server.rows().values())
    assert sole(pairs) != parameters or server.web.urls[-1] == URL


@examples(80)
@given(value=texts, at=st.sampled_from(("client_name", "scope", "client_uri")))
def test_texts_of_a_document(server: Server, value: str, at: str) -> None:
    """No text of a document gets onto the consent page as markup, or as an invisible character."""
    server.reset()
    server.web.answer = Fetched(200, HEADERS, json.dumps({**DOCUMENT, at: f"x{value}x"}).encode())

    answer = server.ask(server.request(URL))

    assert b"<script" not in answer.body
    if answer.status == 200:
        (client,) = server.rows()["_clients"].values()
        assert client.name.isprintable()


def read(answer: Fetched) -> Client | None:
    """Return the client of the answer, checked, or None when it is refused."""
    try:
        client = client_of(URL, answer, NOW)
    except OAuth2Error:
        return None
    assert (client.client_id, client.secret_hash, client.token_endpoint_auth_method) == (URL, None, "none")
    assert client.redirect_uris
    assert all(find_fault(uri) is None for uri in client.redirect_uris)
    assert set(client.grant_types) <= {"authorization_code", "refresh_token"}
    assert client.name.isprintable()
    assert all(scope.isascii() for scope in client.scopes)
    assert not client.configured
    assert not client.allowed_scopes
    assert client.fresh_until is not None
    assert NOW + SHORTEST_FRESH <= client.fresh_until <= NOW + LONGEST_FRESH
    return client
