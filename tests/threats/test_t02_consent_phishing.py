"""T2: a client with a name that deceives."""

from __future__ import annotations

from flask import Flask

from tests.oauth.fake_web import Web, document
from tests.support import state
from tests.support.account import enter
from tests.support.visitor import Visitor, query


def test_t02_page_tells_what_the_client_did_not_choose(visitor: Visitor) -> None:
    """Beside the client's own name, the page says that nobody verified it, where the answer goes, and for what."""
    page = visitor.ask_anew(client_name="GitHub (verified)")

    assert page.status_code == 200
    assert '<bdi class="name">GitHub (verified)</bdi>' in page.text
    assert "Nobody has verified its name." in page.text
    assert '<strong class="destination"><bdi>127.0.0.1:49153</bdi></strong>' in page.text
    assert "an application on your own computer" in page.text
    assert "<code>mxcp:access</code>" in page.text


def test_t02_name_is_only_text(visitor: Visitor, app: Flask) -> None:
    """A name can neither be markup, nor hold what cannot be seen or turns the direction of writing."""
    page = visitor.ask_anew(client_name="Cl\u200baude<script>alert(1)</script>\u202egnp.exe")

    assert page.status_code == 200
    assert [client.name for client in state.clients(app)] == ["Cl[U+200B]aude<script>alert(1)</script>[U+202E]gnp.exe"]
    assert ">Cl[U+200B]aude&lt;script&gt;alert(1)&lt;/script&gt;[U+202E]gnp.exe</bdi>" in page.text


def test_t02_name_leaves_room(visitor: Visitor) -> None:
    """A name of letters that are many times as wide as others does not push away what the client did not choose."""
    letter = "\N{ARABIC LIGATURE BISMILLAH AR-RAHMAN AR-RAHEEM}"
    page = visitor.ask_anew(client_name=letter * 79)
    client_id = page.request.args["client_id"]
    code = query(visitor.come_back(visitor.meet_provider(visitor.answer(page))).location)["code"]
    assert visitor.exchange(client_id, code).status_code == 200

    for shown in (page.text, enter(visitor).text):
        assert f'<bdi class="name">{letter * 7}…</bdi>' in shown
        assert f"{letter * 10}" not in shown


def test_t02_host_of_who_describes_itself(visitor: Visitor, app: Flask) -> None:
    """Of an identifier that is a URL, what decides is shown: the end of its host, and nothing that follows."""
    url = f"https://github.com.{'a' * 60}.{'b' * 60}.evil.example/github.com/client.json"
    app.extensions["mxcp"].oauth.server.documents.outbound = Web(Web.page(document(url)))
    page = visitor.ask(visitor.authorization_request(url, redirect_uri="https://app.test/callback"))

    assert page.status_code == 200
    assert f"described at <bdi>…{'a' * 5}.{'b' * 60}.evil.example</bdi>" in page.text
    assert "github.com" not in page.text
