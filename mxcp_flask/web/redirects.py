"""Redirects that leave this server."""

from __future__ import annotations

from typing import Any

from flask import Response
from werkzeug.datastructures import Headers


class Redirect(Response):
    """Redirects to ``location`` byte for byte.

    Werkzeug would spell a Location header anew: ``app:///cb`` as ``app:/cb``, and it fails on the host ``a..b``.
    """

    def __init__(self, location: str) -> None:
        super().__init__(status=302)
        self._exact = location

    def get_wsgi_headers(self, environ: dict[str, Any]) -> Headers:
        """Return the headers as they are sent."""
        headers = super().get_wsgi_headers(environ)
        headers["Location"] = self._exact
        return headers
