"""The part of GitHub's REST API that sign-in needs: who a token speaks for, and its revocation.

https://docs.github.com/en/rest/users/users, /users/emails and /apps/oauth-applications.
"""

from __future__ import annotations

import base64
from typing import Any

from flask import Blueprint, Response, abort, jsonify, make_response, request

from mxcp_flask.demo.github_application import current_application
from mxcp_flask.demo.github_state import IssuedToken
from mxcp_flask.demo.people import Address, Person

blueprint = Blueprint("github_api", __name__)


@blueprint.before_request
def require_user_agent() -> Response | None:
    """Refuse a request that does not say which program sends it."""
    if request.headers.get("User-Agent"):
        return None
    text = "Request forbidden by administrative rules. Please make sure your request has a User-Agent header.\n"
    return Response(text, status=403, mimetype="text/plain")


@blueprint.get("/user")
def show_user() -> Response:
    """Answer with the person's profile; ``email`` is null unless they show one."""
    token = _read_token()
    return _answer(token, _profile(current_application().people[token.login]))


@blueprint.get("/user/emails")
def list_emails() -> Response:
    """Answer with all addresses of the person, or 404 when the token lacks the scope ``user:email``."""
    token = _read_token()
    if token.scopes.isdisjoint({"user", "user:email"}):
        abort(_failure(404, "Not Found"))
    addresses = current_application().people[token.login].addresses
    return _answer(token, [_entry(address) for address in addresses])


@blueprint.delete("/applications/<client_id>/token")
def revoke(client_id: str) -> Response:
    """End an access token of the application, which authenticates by Basic: 204, or 404 when there is none."""
    application = current_application()
    basic = request.authorization
    if basic is None or basic.type != "basic" or basic.username != client_id:
        return _failure(404, "Not Found")
    if not application.authenticates(client_id, basic.password or ""):
        return _failure(404, "Not Found")
    body = request.get_json(silent=True)
    token = body.get("access_token") if isinstance(body, dict) else None
    if not isinstance(token, str):
        return _failure(422, "Validation Failed")
    return Response(status=204) if application.state.revoke_token(token) else _failure(404, "Not Found")


def _read_token() -> IssuedToken:
    header = request.authorization
    if header is None or header.type not in {"bearer", "token"}:
        abort(_failure(401, "Requires authentication"))
    token = current_application().state.find_token(header.token or "")
    if token is None:
        abort(_failure(401, "Bad credentials"))
    return token


def _profile(person: Person) -> dict[str, Any]:
    return {
        "login": person.login,
        "id": person.id,
        "node_id": base64.b64encode(f"04:User{person.id}".encode()).decode(),
        "avatar_url": f"https://avatars.example/u/{person.id}",
        "type": "User",
        "site_admin": False,
        "name": person.name,
        "email": person.public_email,
        "company": None,
    }


def _entry(address: Address) -> dict[str, Any]:
    visibility = ("public" if address.public else "private") if address.primary else None
    return {
        "email": address.email,
        "primary": address.primary,
        "verified": address.verified,
        "visibility": visibility,
    }


def _answer(token: IssuedToken, body: Any) -> Response:
    response = jsonify(body)
    response.headers["X-OAuth-Scopes"] = ", ".join(sorted(token.scopes))
    return response


def _failure(status: int, message: str) -> Response:
    body = {"message": message, "documentation_url": "https://docs.github.com/rest", "status": str(status)}
    return make_response(jsonify(body), status)
