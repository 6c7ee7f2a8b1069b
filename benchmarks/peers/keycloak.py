"""A stand-in for Keycloak, where upstream MXCP's people sign in: it knows one person and asks for nothing."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Flask, redirect, request
from werkzeug import Response

from mxcp_flask.digests import new_secret

REALM = "benchmark"


def create_keycloak() -> Flask:
    """Return the application."""
    app = Flask(__name__)
    base = f"/realms/{REALM}/protocol/openid-connect"
    app.add_url_rule(f"{base}/auth", "authorize", _authorize)
    app.add_url_rule(f"{base}/token", "token", _token, methods=["POST"])
    app.add_url_rule(f"{base}/userinfo", "person", _person)
    return app


def _authorize() -> Response:
    answer = {"code": new_secret(), "state": request.args["state"]}
    return redirect(f"{request.args['redirect_uri']}?{urlencode(answer)}")


def _token() -> dict[str, str | int]:
    tokens = {"access_token": new_secret(), "refresh_token": new_secret()}
    return {**tokens, "token_type": "Bearer", "expires_in": 86_400, "scope": "openid"}


def _person() -> dict[str, str]:
    return {"sub": "1", "preferred_username": "ada-fixture", "name": "Ada Fixture", "email": "ada@example.org"}
