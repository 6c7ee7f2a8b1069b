"""OAuth errors in JSON, as the token endpoints of Atlassian and Salesforce answer them."""

from __future__ import annotations

from typing import NoReturn

from flask import abort, jsonify, make_response


def refuse(status: int, error: str, description: str) -> NoReturn:
    """End this request with the HTTP ``status`` and an error in JSON (RFC 6749 §5.2)."""
    abort(make_response(jsonify(error=error, error_description=description), status))
