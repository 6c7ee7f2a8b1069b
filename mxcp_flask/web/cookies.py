"""The cookie that binds one sign-in to one browser.

Its name comes from the value that the browser brings back (the consent page's handle, later the state), so two
sign-ins in two tabs do not disturb each other. Over https it has the ``__Host-`` prefix, which no sibling domain can
set; such a cookie is Secure and has the path ``/``, also where a proxy serves us below a path.
"""

from __future__ import annotations

from flask import Response, request

from mxcp_flask.digests import digest
from mxcp_flask.web.context import g


def read(key: str) -> str:
    """Return the browser token that belongs to ``key``, or an empty text."""
    return request.cookies.get(_name(key), "")


def came_with_other_scheme(key: str) -> bool:
    """Tell whether the browser brings the token under its name for http although we are at https, or the reverse."""
    return _name(key, secure=not _secure()) in request.cookies


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


def _name(key: str, *, secure: bool | None = None) -> str:
    secure = _secure() if secure is None else secure
    return f"{'__Host-' if secure else ''}mxcp-{digest(key)[:16]}"
