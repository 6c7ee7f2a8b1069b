"""T16: a page of ours is shown in somebody else's frame, so that the person clicks without knowing."""

from __future__ import annotations

import re

from tests.support.account import enter, look
from tests.support.visitor import BASE, Visitor


def test_t16_no_page_is_framed(visitor: Visitor) -> None:
    """Consent, landing, account and error pages refuse frames in both ways, and run and load nothing of others."""
    consent = visitor.ask_anew()
    pages = [consent, visitor.answer(consent, csrf_token="wrong"), visitor.browser.get("/", base_url=BASE)]
    pages += [look(visitor), enter(visitor)]
    for page in pages:
        policy = page.headers["Content-Security-Policy"].split("; ")

        assert page.mimetype == "text/html"
        assert page.headers.get("X-Frame-Options") == "DENY"
        assert {"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"} <= set(policy)
        assert not any(directive.startswith(("script-src", "form-action")) for directive in policy)
        assert "<script" not in page.text


def test_t16_double_click(visitor: Visitor) -> None:
    """What lies over the answers where there is a pointer gives way only after it has been there (tests/browser)."""
    with visitor.browser.get("/style.css", base_url=BASE) as answer:
        style = answer.get_data(as_text=True)
    over = re.search(r"\.decision::after \{[^}]*inset: 0;[^}]*transition: visibility 0s \.5s;", style)

    assert over is not None
    assert ".decision:not(:hover)::after { transition: none; }" in style
