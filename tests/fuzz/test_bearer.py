"""The Authorization header at the MCP endpoint (RFC 6750)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.answers import Answer
from tests.fuzz.changes import Change, changed, changes
from tests.fuzz.effort import examples
from tests.fuzz.server import Server
from tests.fuzz.texts import header, texts
from tests.mcp.client import request

STATUSES = {200, 400, 401}


@pytest.fixture(scope="module")
def tokens(server: Server) -> dict[str, Any]:
    """Return a token answer."""
    server.reset()
    return server.get_tokens(server.register())


@examples(250)
@given(
    scheme=st.sampled_from(("Bearer", "bearer", "BEARER")) | st.sampled_from(("Basic", "DPoP", "")) | texts,
    space=st.just(" ") | st.sampled_from(("  ", "\t", "", ",", "\u00a0")),
    made=changes(("token",)),
)
def test_altered_token(server: Server, tokens: dict[str, Any], scheme: str, space: str, made: list[Change]) -> None:
    """Only the access token itself, after the scheme Bearer, lets a request pass."""
    token = dict(changed({"token": tokens["access_token"]}, made)).get("token", "")
    answer = send(server, header(scheme + space + token))

    assert answer.status in STATUSES
    if answer.status == 200:
        assert scheme.strip().lower() == "bearer"
        assert space.strip(" ") == ""
        assert token.strip() == tokens["access_token"]
    else:
        assert answer.headers["WWW-Authenticate"].startswith("Bearer ")


@examples(60)
@given(text=texts | st.binary(max_size=20).map(lambda raw: raw.decode("latin-1")))
def test_any_header(server: Server, tokens: dict[str, Any], text: str) -> None:
    """No other text is a token, and neither is the refresh token; the answer does not repeat it."""
    for value in (header(text), f"Bearer {header(text)}", f"Bearer {tokens['refresh_token']}"):
        answer = send(server, value)

        assert answer.status in {400, 401}
        assert tokens["refresh_token"].encode() not in answer.body


def send(server: Server, authorization: str) -> Answer:
    """Send a request with this header."""
    return server.post_json("/mcp", request("ping"), headers={"Authorization": authorization})
