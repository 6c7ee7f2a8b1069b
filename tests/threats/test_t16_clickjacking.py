"""T16: a page of ours is shown in somebody else's frame, so that the person clicks without knowing."""

from __future__ import annotations

from tests.support.visitor import BASE, Visitor


def test_t16_no_page_is_framed(visitor: Visitor) -> None:
    """Consent, landing and error pages refuse frames in both ways, and run and load nothing of others."""
    consent = visitor.ask_anew()
    pages = [consent, visitor.answer(consent, csrf_token="wrong"), visitor.browser.get("/", base_url=BASE)]
    for page in pages:
        policy = page.headers["Content-Security-Policy"].split("; ")

        assert page.mimetype == "text/html"
        assert page.headers.get("X-Frame-Options") == "DENY"
        assert {"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"} <= set(policy)
        assert not any(directive.startswith(("script-src", "form-action")) for directive in policy)
        assert "<script" not in page.text
