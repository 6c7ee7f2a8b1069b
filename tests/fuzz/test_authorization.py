"""The authorization endpoint: requests, and answers to its page."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from mxcp_flask.digests import digest
from tests.fuzz.answers import PROVIDER, leads_to
from tests.fuzz.changes import Change, changed, changes, encode, sole
from tests.fuzz.effort import examples
from tests.fuzz.server import URIS, Rows, Server, parameters_of
from tests.fuzz.texts import header, texts, uris

NAMES = (
    *("client_id", "redirect_uri", "response_type", "scope", "state", "code_challenge", "code_challenge_method"),
    *("resource", "client_secret", "request_uri", "prompt", "response_mode"),
)
FIELDS = ("authorization", "csrf_token", "decision")
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")


@examples(150)
@given(uri=st.sampled_from(URIS), made=changes(NAMES))
def test_altered_request(server: Server, uri: str, made: list[Change]) -> None:
    """Only a known client's registered URI is redirected to, and only a complete request is shown to the person."""
    server.reset()
    client_id = server.register()["client_id"]
    before = server.rows()
    pairs = changed(server.request(client_id, redirect_uri=uri).parameters, made)

    answer = server.send("GET", "/authorize", query=encode(pairs))

    sent = sole(pairs) or {}
    if answer.status != 200:
        assert server.rows() == before
    if answer.status in {200, 302}:
        assert sent["client_id"] == client_id
    if answer.status == 302:
        assert leads_to(answer.location, [sent["redirect_uri"]])
        assert leads_to(answer.location, URIS)
        assert "error" in parameters_of(answer.location)
        assert parameters_of(answer.location)["iss"] == server.site_url
    if answer.status == 200:
        check_question(server, sent, before)


@examples(150)
@given(uri=uris, registered=st.sampled_from(URIS))
def test_foreign_redirect_uri(server: Server, uri: str, registered: str) -> None:
    """Whatever URI a request names, the answer leads to no place that is not registered."""
    server.reset()
    client_id = server.register(redirect_uris=[registered])["client_id"]
    sign_in = server.request(client_id, redirect_uri=uri, response_type="token")

    answer = server.ask(sign_in)

    assert answer.status in {302, 400}
    if answer.status == 302:
        assert leads_to(answer.location, [registered])
        assert leads_to(answer.location, [uri or registered])


@examples(150)
@given(uri=uris)
def test_own_redirect_uri(server: Server, uri: str) -> None:
    """A URI that may be registered is redirected to byte for byte."""
    server.reset()
    answer = server.post_json("/register", {"redirect_uris": [uri]})
    if answer.status != 201:
        assert answer.json["error"] == "invalid_redirect_uri"
        return
    sign_in = server.request(answer.json["client_id"], redirect_uri=uri)
    server.ask(sign_in)
    server.decide(sign_in)

    assert server.come_back(sign_in).location.startswith(uri + ("&" if "?" in uri else "?") + "code=")


@examples(150)
@given(
    made=st.just([]) | changes(FIELDS, most=1),
    decision=st.sampled_from(("approve", "deny")),
    cookies=st.sampled_from(("kept", "kept", "lost", "of another")),
)
def test_altered_decision(server: Server, made: list[Change], decision: str, cookies: str) -> None:
    """The decision counts when it is the page's, in the browser that was shown it; else nothing happens."""
    server.reset()
    client_id = server.register()["client_id"]
    sign_in, other = server.request(client_id), server.request(client_id)
    server.ask(sign_in)
    server.ask(other)
    sent = {"kept": sign_in.cookies, "lost": {}, "of another": other.cookies}[cookies]
    good = {**sign_in.form, "decision": decision}
    pairs, before = changed(good, made), server.rows()

    answer = server.post_form("/authorize", encode(pairs), cookies=sent)

    is_good = {name: (sole(pairs) or {}).get(name) for name in good} == good
    if cookies == "kept" and is_good:
        assert answer.status == 302
        assert leads_to(answer.location, URIS) if decision == "deny" else answer.location.startswith(PROVIDER)
        stage = server.rows()["_pending"][digest(sign_in.form["authorization"])].stage
        assert stage == ("done" if decision == "deny" else "provider")
    elif answer.status == 302:
        assert cookies == "kept"
        assert answer.location.startswith(PROVIDER) or leads_to(answer.location, URIS)
        assert {name: dict(pairs).get(name) for name in sign_in.form} == sign_in.form
    else:
        assert server.rows() == before


@examples(50)
@given(site=st.sampled_from(("same-site", "cross-site", "SAME-ORIGIN")) | texts)
def test_decision_from_elsewhere(server: Server, site: str) -> None:
    """A decision that another site's page sent changes nothing."""
    server.reset()
    sign_in = server.request(server.register()["client_id"])
    server.ask(sign_in)
    before = server.rows()
    form = {**sign_in.form, "decision": "approve"}

    answer = server.post_form("/authorize", form, cookies=sign_in.cookies, headers={"Sec-Fetch-Site": header(site)})

    assert (answer.status == 302) == (site in {"none", "same-origin"})
    assert answer.status == 302 or server.rows() == before


def check_question(server: Server, sent: dict[str, str], before: Rows) -> None:
    """Hold that the request was complete, and that it is all that was kept."""
    after = server.rows()
    (pending,) = after.pop("_pending").values()
    assert after == {name: table for name, table in before.items() if name != "_pending"}
    assert pending.request == sent
    assert leads_to(sent["redirect_uri"] + ("&" if "?" in sent["redirect_uri"] else "?"), URIS)
    assert sent["response_type"] == "code"
    assert sent["code_challenge_method"] == "S256"
    assert CHALLENGE.fullmatch(sent["code_challenge"])
    assert set(pending.scope.split()) <= set(sent.get("scope", "").split() or ["mxcp:access"])
    assert pending.scope
    assert pending.resource == f"{server.site_url}/mcp"
