"""Registration requests (RFC 7591)."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from mxcp_flask.redirect_uris import find_fault
from tests.fuzz.answers import Answer
from tests.fuzz.changes import Alteration, alterations, altered
from tests.fuzz.effort import examples
from tests.fuzz.server import URIS, Server
from tests.fuzz.texts import texts

METADATA = {
    "redirect_uris": list(URIS),
    "client_name": "Notebook",
    "grant_types": ["authorization_code", "refresh_token"],
    "response_types": ["code"],
    "token_endpoint_auth_method": "client_secret_post",
    "scope": "mxcp:access mxcp:admin",
}
ERRORS = {"invalid_client_metadata", "invalid_redirect_uri"}


@examples(150)
@given(made=alterations(), ascii_only=st.booleans())
def test_altered_metadata(server: Server, made: list[Alteration], ascii_only: bool) -> None:
    """Metadata is refused, or becomes exactly the client that the answer describes, with nothing unsafe in it."""
    server.reset()
    body = json.dumps(altered(METADATA, made), ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")

    check_answer(server, server.post_json("/register", body))


@examples(100)
@given(
    body=st.binary(max_size=40)
    | texts.map(lambda text: json.dumps(METADATA).replace("Note", text).encode("utf-8", "ignore"))
)
def test_any_body(server: Server, body: bytes) -> None:
    """A body of any bytes is refused, or is metadata after all."""
    server.reset()

    check_answer(server, server.post_json("/register", body))


def check_answer(server: Server, answer: Answer) -> None:
    """Hold that the answer and the state agree."""
    if answer.status == 400:
        assert answer.json["error"] in ERRORS
        assert server.rows()["_clients"] == {}
        return
    assert answer.status == 201
    (client,) = server.rows()["_clients"].values()
    registered = answer.json
    assert registered["client_id"] == client.client_id
    assert registered["redirect_uris"] == list(client.redirect_uris)
    assert all(find_fault(uri) is None for uri in client.redirect_uris)
    assert set(client.scopes) <= set(server.oauth.scopes.known)
    assert set(client.grant_types) <= {"authorization_code", "refresh_token"}
    assert ("client_secret" in registered) == (client.token_endpoint_auth_method != "none")
    assert client.name.isprintable()
    assert not client.configured
    assert client.fresh_until is None
