"""The cookie that binds one sign-in to one browser.

Its name comes from the value that the browser brings back (the consent page's handle, later the state), so two
sign-ins in two tabs do not disturb each other. Over https it has the ``__Host-`` prefix, which no sibling domain can
set.
"""

from __future__ import annotations

from flask import Response, request

from mxcp_flask.digests import digest
from mxcp_flask.web.context import g


def read(key: str) -> str:
    """Return the browser token that belongs to ``key``, or an empty text."""
    return request.cookies.get(_name(key), "")


def write(response: Response, key: str, browser_token: str, max_age: int) -> None:
    """Bind this browser to ``key`` for ``max_age`` seconds."""
    response.set_cookie(
        _name(key), browser_token, max_age=max_age, path="/", secure=_secure(), httponly=True, samesite="Lax"
    )


def forget(response: Response, key: str) -> None:
    """Remove the binding to ``key``."""
    response.delete_cookie(_name(key), path="/", secure=_secure(), httponly=True, samesite="Lax")


def _secure() -> bool:
    return g.urls.base.startswith("https:")


def _name(key: str) -> str:
    return f"{'__Host-' if _secure() else ''}mxcp-{digest(key)[:16]}"
