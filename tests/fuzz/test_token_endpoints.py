"""Revocation (RFC 7009) and introspection (RFC 7662)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mxcp_flask.records import Grant
from tests.fuzz.changes import Change, changed, changes, encode, sole
from tests.fuzz.effort import examples
from tests.fuzz.server import PARTNER, Server

NAMES = ("token", "token_type_hint", "client_id", "client_secret")
KINDS = st.sampled_from(("access_token", "refresh_token"))


@examples(120)
@given(kind=KINDS, method=st.sampled_from(("none", "client_secret_post")), made=changes(NAMES))
def test_altered_revocation(server: Server, kind: str, method: str, made: list[Change]) -> None:
    """A grant ends when its own client says so; otherwise nothing changes, whatever the answer."""
    server.reset()
    client = server.register(token_endpoint_auth_method=method)
    tokens = server.get_tokens(client)
    good = {"token": tokens[kind], **{name: client[name] for name in NAMES if name in client}}
    pairs, before = changed({**good, "token_type_hint": kind}, made), server.rows()

    answer = server.post_form("/revoke", encode(pairs))

    sent = sole(pairs) or {}
    (grant,) = server.rows()["_grants"].values()
    ended = {name: sent.get(name) for name in good} == good and answer.status == 200
    assert answer.status in {200, 400, 401}
    assert answer.status == 200 or answer.json["error"] in {
        "invalid_request",
        "invalid_client",
        "unsupported_token_type",
    }
    assert is_ended(grant) == ended
    assert {**server.rows(), "_grants": {}} == {**before, "_grants": {}}
    if not ended:
        assert server.rows() == before


@examples(60)
@given(kind=KINDS, partner=st.booleans(), made=changes(("token",), most=1))
def test_foreign_revocation(server: Server, kind: str, partner: bool, made: list[Change]) -> None:
    """Another client's revocation has no effect, and its answer does not tell that there is such a token."""
    server.reset()
    tokens = server.get_tokens(server.register())
    other = PARTNER if partner else {"client_id": server.register()["client_id"]}
    pairs, before = changed({"token": tokens[kind], **other}, made), server.rows()

    answer = server.post_form("/revoke", encode(pairs))

    assert (answer.status, answer.body) == (200, b"{}\n") or not (sole(pairs) or {}).get("token")
    assert server.rows() == before


@examples(120)
@given(kind=KINDS, owner=st.booleans(), made=changes(NAMES))
def test_altered_introspection(server: Server, kind: str, owner: bool, made: list[Change]) -> None:
    """Only who may ask learns that a token is active; nothing changes."""
    server.reset()
    client = server.register(token_endpoint_auth_method="client_secret_post")
    tokens = server.get_tokens(client)
    asking = {name: client[name] for name in PARTNER} if owner else PARTNER
    good = {"token": tokens[kind], **asking}
    pairs, before = changed(good, made), server.rows()

    answer = server.post_form("/introspect", encode(pairs))

    assert answer.status in {200, 400, 401}
    assert server.rows() == before
    if answer.status != 200:
        return
    sent = sole(pairs) or {}
    assert {name: sent.get(name) for name in asking} == asking
    if sent.get("token") in {tokens["access_token"], tokens["refresh_token"]}:
        assert answer.json["active"]
        assert answer.json["client_id"] == client["client_id"]
        assert answer.json["aud"] == f"{server.site_url}/mcp"
    else:
        assert answer.json == {"active": False}


def is_ended(grant: Grant) -> bool:
    """Tell whether the grant was revoked, and the provider's token forgotten with it."""
    assert (grant.revoked_at is None) == (grant.provider_token is not None)
    return grant.revoked_at is not None
