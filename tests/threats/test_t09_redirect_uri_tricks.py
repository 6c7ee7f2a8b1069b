"""T9: a redirect URI that leads elsewhere than it seems, or runs in the browser."""

from __future__ import annotations

import pytest

from tests.support.visitor import BASE, Visitor


@pytest.mark.parametrize(
    "redirect_uri",
    [
        *("javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "blob:https://a/b", "about:blank"),
        *("vbscript:x", "ws://127.0.0.1/cb", "intent://x#Intent;end", "http://evil.example/cb", "//evil.example/cb"),
        *("http://127.0.0.1@evil.example/cb", "https://127.0.0.1@evil.example/cb", "http://127.0.0.1.evil.example/cb"),
        *("https://app.example/cb#x", "https://app.example\\@evil.example/cb", "https://app.example/cb%0d%0aX:y"),
        *("https://app.example/a/../cb", "https://app.example/%2e%2e/cb", "https://\u0430pp.example/cb"),
    ],
)
def test_t09_registration_refuses(visitor: Visitor, redirect_uri: str) -> None:
    """No client can register a URI that a browser runs, that is read in two ways, or that has no TLS off loopback."""
    answer = visitor.client.post("/register", json={"redirect_uris": [redirect_uri]}, base_url=BASE)

    assert (answer.status_code, answer.get_json().get("error")) == (400, "invalid_redirect_uri")


@pytest.mark.parametrize(
    ("redirect_uri", "shown"),
    [
        ("https://app.example/cb?x=%2F", "app.example"),
        ("http://[::1]:49153/cb", "[::1]:49153"),
        ("cursor://trusted.example/cb", "cursor:"),
        ("com.example.app:/cb", "com.example.app:"),
    ],
)
def test_t09_answer_goes_where_the_page_says(visitor: Visitor, redirect_uri: str, shown: str) -> None:
    """What clients do need is registered as it is; the page names who gets the answer, and the answer goes there."""
    client_id = visitor.register(redirect_uris=[redirect_uri])["client_id"]
    page = visitor.ask(visitor.authorization_request(client_id, redirect_uri=redirect_uri))
    back = visitor.come_back(visitor.meet_provider(visitor.answer(page)))

    assert f'<strong class="destination"><bdi>{shown}</bdi></strong>' in page.text
    assert back.location.startswith(f"{redirect_uri}{'&' if '?' in redirect_uri else '?'}code=")
