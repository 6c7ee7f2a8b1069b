"""Tests of mxcp_flask.web.redirects."""

from __future__ import annotations

import pytest
from flask import Flask

from mxcp_flask.redirect_uris import find_fault
from mxcp_flask.web.redirects import Redirect
from tests.support.visitor import Visitor

# Each is one that Werkzeug's redirects spell otherwise, or fail on.
URIS = [
    "com.example.app:///callback",
    "HTTPS://app.example/cb",
    "https://App.Example/cb",
    "https://app.example:/cb",
    "https://app.example:0443/cb",
    "https://[2001:DB8::1]/cb",
    "https://app.example/[x]?a[]=b",
    "https://a..b/cb",
    f"https://{'a' * 64}.example/cb",
    "cursor://Anysphere.Cursor-mcp/cb",
]


@pytest.mark.parametrize("uri", URIS)
def test_uri_is_kept(visitor: Visitor, uri: str) -> None:
    """The browser is sent to the registered URI byte for byte, with a code, and with an error."""
    client_id = visitor.register(redirect_uris=[uri])["client_id"]
    page = visitor.ask(visitor.authorization_request(client_id, redirect_uri=uri))
    back = visitor.come_back(visitor.meet_provider(visitor.answer(page)))
    refused = visitor.ask(visitor.authorization_request(client_id, redirect_uri=uri, response_type="token"))
    joint = "&" if "?" in uri else "?"

    assert find_fault(uri) is None
    assert back.location.startswith(f"{uri}{joint}code=")
    assert refused.location.startswith(f"{uri}{joint}error=")


def test_line_break_is_refused(app: Flask) -> None:
    """A location cannot become a second header."""
    with app.test_request_context(), pytest.raises(ValueError, match="newline"):
        Redirect("https://app.example/\r\nX: y").get_wsgi_headers({})
