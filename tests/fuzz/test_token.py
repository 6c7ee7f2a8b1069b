"""Token requests: no token without the code, its verifier, its client and its redirect URI."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mxcp_flask.digests import digest
from tests.fuzz.answers import Answer
from tests.fuzz.changes import Change, changed, changes, encode, sole
from tests.fuzz.effort import examples
from tests.fuzz.server import URIS, Rows, Server
from tests.fuzz.texts import header, readable_texts, texts

NAMES = (
    *("grant_type", "client_id", "client_secret", "code", "redirect_uri", "code_verifier", "resource", "scope"),
    *("refresh_token", "client_assertion", "username"),
)
METHODS = st.sampled_from(("none", "client_secret_post", "client_secret_basic"))
CODE_ERRORS = {"invalid_request", "invalid_client", "invalid_grant", "unsupported_grant_type", "invalid_target"}


@examples(200)
@given(uri=st.sampled_from(URIS), method=METHODS, made=changes(NAMES))
def test_altered_exchange(server: Server, uri: str, method: str, made: list[Change]) -> None:
    """A code is exchanged only for what belongs to it; else nothing changes, but that the code may be used up."""
    server.reset()
    client = server.register(token_endpoint_auth_method=method)
    sign_in = server.sign_in(client["client_id"], redirect_uri=uri)
    good, headers = credentials(server.exchange_form(sign_in, client), method)
    pairs, before = changed(good, made), server.rows()

    answer = server.post_form("/token", encode(pairs), headers=headers)

    sent = sole(pairs) or {}
    if answer.status == 200:
        assert {name: sent.get(name) for name in good} == good
        assert sent.get("resource", f"{server.site_url}/mcp").lower().startswith(f"{server.site_url}/mcp")
        check_issued(server, answer.json, before)
    else:
        check_refused(server, answer, before, CODE_ERRORS)


@examples(100)
@given(verifier=readable_texts | st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=40, max_size=130))
def test_guessed_verifier(server: Server, verifier: str) -> None:
    """Another verifier gets no token, and uses the code up for the right one."""
    server.reset()
    client = server.register()
    sign_in = server.sign_in(client["client_id"])
    form = server.exchange_form(sign_in, client)

    guess = server.post_form("/token", {**form, "code_verifier": verifier})
    late = server.post_form("/token", form)

    assert (guess.status, guess.json["error"]) == (400, "invalid_grant")
    assert (late.status, late.json["error"]) == (400, "invalid_grant")
    assert server.rows()["_tokens"] == {}


@examples(150)
@given(method=METHODS, scope=st.sampled_from(("", "mxcp:access")), made=changes(NAMES))
def test_altered_refresh(server: Server, method: str, scope: str, made: list[Change]) -> None:
    """A refresh token works for its client alone, within its scopes; a failed attempt leaves everything as it is."""
    server.reset()
    client = server.register(token_endpoint_auth_method=method)
    tokens = server.get_tokens(client)
    form = {"client_id": client["client_id"], "client_secret": client.get("client_secret", ""), "scope": scope}
    form |= {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    good, headers = credentials({name: value for name, value in form.items() if value}, method)
    pairs, before = changed(good, made), server.rows()

    answer = server.post_form("/token", encode(pairs), headers=headers)

    sent = sole(pairs) or {}
    if answer.status == 200:
        needed = good.keys() - {"scope"}
        assert {name: sent.get(name) for name in needed} == {name: good[name] for name in needed}
        check_issued(server, answer.json, before)
        assert set(answer.json["scope"].split()) <= set(tokens["scope"].split())
        assert set(answer.json["scope"].split()) == set(sent.get("scope", tokens["scope"]).split())
    else:
        check_refused(server, answer, before, CODE_ERRORS | {"invalid_scope"})
        assert server.rows() == before


@examples(100)
@given(made=changes(("user", "password"), most=1), scheme=st.sampled_from(("Basic ", "basic  ", "Basic")) | texts)
def test_altered_basic_credentials(server: Server, made: list[Change], scheme: str) -> None:
    """HTTP Basic authenticates with client identifier and secret, as they are or urlencoded (RFC 6749 §2.3.1)."""
    server.reset()
    client = server.register(token_endpoint_auth_method="client_secret_basic")
    good = {"user": client["client_id"], "password": client["client_secret"]}
    sent = dict(changed(good, made))
    pair = f"{sent.get('user', '')}:{sent.get('password', '')}".encode("utf-8", "surrogatepass")
    form = server.exchange_form(server.sign_in(client["client_id"]), client)
    form = {name: value for name, value in form.items() if not name.startswith("client_")}

    authorization = header(scheme) + base64.b64encode(pair).decode()
    answer = server.post_form("/token", form, headers={"Authorization": authorization})

    assert answer.status in {200, 401}
    if answer.status == 200:
        assert scheme.strip(" ").lower() == "basic"
        assert sent == good
    else:
        assert answer.json["error"] == "invalid_client"
        assert "WWW-Authenticate" in answer.headers


@pytest.mark.parametrize("path", ["/token", "/revoke", "/introspect"])
@examples(60)
@given(
    body=st.binary(max_size=30) | st.sampled_from((b"=&=", b"&&", b"a=1;b=2", b"grant_type", b"%", b"a=%u0041")),
    kind=st.sampled_from(("application/x-www-form-urlencoded", "application/json", "text/plain", "", "a/b; =")) | texts,
    query=st.sampled_from((b"", b"", b"client_id=x", b"\xff")),
)
def test_any_form(server: Server, path: str, body: bytes, kind: str, query: bytes) -> None:
    """A body of any bytes and any type is refused in the words of RFC 6749, and changes nothing."""
    server.reset()
    answer = server.send("POST", path, body=body, kind=header(kind).strip(), query=query)

    check_refused(server, answer, server.rows(), CODE_ERRORS)


def credentials(form: dict[str, str], method: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return the form, and the headers, in which a client authenticates by ``method``."""
    if method != "client_secret_basic":
        return form, {}
    pair = f"{form['client_id']}:{form['client_secret']}".encode()
    rest = {name: value for name, value in form.items() if not name.startswith("client_")}
    return rest, {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}


def check_issued(server: Server, body: dict[str, Any], before: Rows) -> None:
    """Hold that the state has the tokens of ``body`` more, and what they came from is used."""
    after = server.rows()
    issued = {digest(body[name]) for name in ("access_token", "refresh_token") if name in body}
    assert after["_tokens"].keys() - before["_tokens"].keys() == issued
    assert after["_tokens"].keys() >= before["_tokens"].keys()
    used = [
        row for table in ("_codes", "_tokens") for key, row in after[table].items() if before[table].get(key) != row
    ]
    assert [row.used_at for row in used if row.used_at is not None] == [server.clock.now]
    assert body["token_type"] == "Bearer"
    assert set(body["scope"].split()) <= {"mxcp:access", "mxcp:admin"}
    assert body["scope"]


def check_refused(server: Server, answer: Answer, before: Rows, errors: set[str]) -> None:
    """Hold that the answer is an error of ``errors``, and that at most codes are used up."""
    assert answer.status in {400, 401}
    assert answer.json["error"] in errors
    after = server.rows()
    assert {**after, "_codes": {}} == {**before, "_codes": {}}
    assert after["_codes"].keys() == before["_codes"].keys()
