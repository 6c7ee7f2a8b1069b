"""The provider's callback, and what a provider may answer."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mxcp_flask.digests import digest
from tests.fuzz.answers import leads_to
from tests.fuzz.changes import Alteration, Change, alterations, altered, changed, changes, encode, sole
from tests.fuzz.effort import examples
from tests.fuzz.server import URIS, Server, parameters_of

NAMES = ("code", "state", "error", "error_description", "iss", "scope")


@examples(100)
@given(made=changes(NAMES), cookies=st.sampled_from(("kept", "kept", "lost", "of another")))
def test_altered_callback(server: Server, made: list[Change], cookies: str) -> None:
    """Only the state, in the browser that left with it, leads back to the client; it then is used up."""
    server.reset()
    client_id = server.register()["client_id"]
    sign_in, other = server.request(client_id), server.request(client_id)
    for each in (sign_in, other):
        server.ask(each)
        server.decide(each)
    sent = {"kept": sign_in.cookies, "lost": {}, "of another": other.cookies}[cookies]
    pairs, before = changed({"code": "of-github", "state": sign_in.state}, made), server.rows()

    answer = server.send("GET", "/github/callback", query=encode(pairs), cookies=sent)

    read = sole(pairs) or {}
    assert bool(answer.way_back) == (cookies == "kept" and read.get("state") == sign_in.state)
    if not answer.way_back:
        assert server.rows() == before
        return
    back = parameters_of(answer.way_back)
    assert (answer.status == 302) == ("code" in back)
    assert leads_to(answer.way_back, [sign_in.parameters["redirect_uri"]])
    assert back["state"] == "of-the-client"
    assert ("code" in back) == ("code" in read and "error" not in read)
    assert ("code" in back) != ("error" in back)
    assert list(server.rows()["_codes"]) == ([digest(back["code"])] if "code" in back else [])


@examples(150)
@given(
    uri=st.sampled_from(URIS),
    token=alterations(most=1),
    person=alterations(most=1),
    emails=alterations(most=1),
    status=st.sampled_from((200, 200, 200, 201, 204, 400, 404)),
)
def test_odd_provider(
    server: Server, uri: str, token: list[Alteration], person: list[Alteration], emails: list[Alteration], status: int
) -> None:
    """Whatever the provider answers, the client gets a code for a person that has an identity, or an error."""
    server.reset()
    client_id = server.register()["client_id"]
    github = server.github
    github.status, github.token = status, altered(github.token, token)
    github.person, github.emails = altered(github.person, person), altered(github.emails, emails)
    sign_in = server.request(client_id, redirect_uri=uri)
    server.ask(sign_in)
    server.decide(sign_in)

    answer = server.come_back(sign_in)

    assert (answer.status == 302) == bool(sign_in.code)
    assert leads_to(answer.way_back, [uri])
    assert bool(sign_in.code) == (len(server.rows()["_grants"]) == 1)
    for grant in server.rows()["_grants"].values():
        assert grant.user.subject == f"github:{github.person['id']}"
        assert grant.user.username == github.person["login"]
        assert grant.user.email in {None, "ada@example.org", _email(github.emails)}


def _email(emails: object) -> str | None:
    entries = [entry for entry in emails if isinstance(entry, dict)] if isinstance(emails, list) else []
    verified = [entry.get("email") for entry in entries if entry.get("verified") is True]
    return next((email for email in verified if isinstance(email, str)), None)
