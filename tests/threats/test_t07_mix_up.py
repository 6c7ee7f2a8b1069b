"""T7: an answer is taken for that of another server, or for another purpose."""

from __future__ import annotations

from tests.support.account import look, press
from tests.support.visitor import BASE, Visitor, query, way_back


def test_t07_callback_of_another_provider(visitor: Visitor) -> None:
    """A sign-in that went to one provider cannot come back through another's callback."""
    callback = visitor.meet_provider(visitor.answer(visitor.ask_anew()))

    assert visitor.come_back(callback.replace("/github/", "/atlassian/")).status_code == 404
    assert "code" in query(visitor.come_back(callback).location)


def test_t07_every_answer_names_its_issuer(visitor: Visitor) -> None:
    """Client and server agree on who answered: ``iss`` comes with a code and with each error (RFC 9207)."""
    departure = visitor.answer(visitor.ask_anew())
    failed = query(way_back(visitor.come_back(visitor.meet_provider(departure, decision="deny"))))
    success = visitor.sign_in(visitor.register()["client_id"])
    denied = query(visitor.answer(visitor.ask_anew(), "deny").location)
    faulty = query(visitor.ask(visitor.authorization_request(visitor.register()["client_id"], scope="x")).location)
    metadata = visitor.client.get("/.well-known/oauth-authorization-server", base_url=BASE).get_json()

    assert "code" in success
    assert [failed["error"], denied["error"], faulty["error"]] == ["access_denied", "access_denied", "invalid_scope"]
    assert [answer.get("iss") for answer in (success, failed, denied, faulty)] == [metadata["issuer"]] * 4
    assert metadata["issuer"] == BASE


def test_t07_account_and_client_do_not_mix(visitor: Visitor) -> None:
    """What a sign-in is for is kept on the server: a client's opens no account page, and the page's gives no code."""
    client = visitor.meet_provider(visitor.answer(visitor.ask_anew()))
    account = visitor.meet_provider(press(visitor, "sign_in"))

    assert "code" in query(visitor.come_back(client).location)
    assert "You are signed in" not in look(visitor).text
    assert visitor.come_back(account).location == f"{BASE}/account"
    assert "You are signed in" in look(visitor).text
