"""T2: a client with a name that deceives."""

from __future__ import annotations

from flask import Flask

from tests.support import state
from tests.support.visitor import Visitor


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
