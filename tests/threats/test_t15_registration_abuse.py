"""T15: a client registers itself with more than clients may have."""

from __future__ import annotations

from tests.support.visitor import Visitor

PRIVILEGED = {
    "client_id": "chosen",
    "client_secret": "chosen-client-secret",
    "configured": True,
    "allowed_scopes": ["mxcp:access", "mxcp:root"],
    "skip_consent": True,
    "jwks_uri": "http://169.254.169.254/",
    "request_uris": ["http://169.254.169.254/"],
    "sector_identifier_uri": "http://169.254.169.254/",
    "logo_uri": "http://169.254.169.254/logo.png",
    "scope": "mxcp:access mxcp:root",
}


def test_t15_privileges_are_dropped(visitor: Visitor) -> None:
    """The client is what any other is: what it may not choose is neither echoed nor believed. One without secrets gets none."""
    plain = visitor.register()
    client = visitor.register(**PRIVILEGED)
    page = visitor.ask(visitor.authorization_request(client["client_id"], scope="mxcp:access mxcp:root"))

    assert plain.keys().isdisjoint({"client_secret", "client_secret_expires_at"})
    assert {**client, "client_id": plain["client_id"]} == plain
    assert page.status_code == 200
    assert "This application registered itself." in page.text
    assert "mxcp:root" not in page.text
    assert "169.254.169.254" not in page.text
