"""T5: a client that was allowed once is let through later, without the person."""

from __future__ import annotations

from flask import Flask

from tests.oauth.fake_web import URL, Web
from tests.support.visitor import Visitor


def test_t05_same_client_is_asked_about_every_time(visitor: Visitor) -> None:
    """No consent is remembered for a client that registered itself."""
    client_id = visitor.register()["client_id"]
    visitor.sign_in(client_id)
    page = visitor.ask(visitor.authorization_request(client_id))

    assert page.status_code == 200
    assert "Location" not in page.headers


def test_t05_nor_for_one_that_describes_itself(visitor: Visitor, app: Flask) -> None:
    """A client whose identifier is a URL is asked about every time too, and its place on the web is shown."""
    app.extensions["mxcp"].oauth.server.documents.outbound = Web()
    redirect_uri = "https://app.test/callback"
    assert "code" in visitor.sign_in(URL, redirect_uri=redirect_uri)
    page = visitor.ask(visitor.authorization_request(URL, redirect_uri=redirect_uri))

    assert page.status_code == 200
    assert "described at <bdi>app.test</bdi>" in page.text
