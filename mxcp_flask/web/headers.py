"""The headers that every answer carries."""

from __future__ import annotations

from flask import Response

from mxcp_flask.web.context import current_request

# No form-action: Chrome applies it to every redirect that follows a form's post, and the consent page's leads to the
# provider.
_POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'"
_ALWAYS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
)
_CACHED = frozenset({"pages.style", "pages.icon"})


def add_headers(response: Response) -> Response:
    """Add what keeps an answer out of caches, frames, referrers and guesses of its type."""
    headers = response.headers
    for name, value in _ALWAYS:
        headers.add(name, value)  # not set: nobody else has them, and looking for that costs more
    if current_request().endpoint not in _CACHED:
        headers["Cache-Control"] = "no-store"
    if headers.get("Content-Type", "").startswith("text/html"):
        headers["Content-Security-Policy"] = _POLICY
        headers["X-Frame-Options"] = "DENY"
    return response
