"""The part of GitHub's REST API that sign-in needs: who a token speaks for, and its revocation.

https://docs.github.com/en/rest/users/users, /users/emails, /orgs/orgs and /apps/oauth-applications.
"""

from __future__ import annotations

import base64
from typing import Any

from flask import Blueprint, Response, abort, jsonify, make_response, request

from mxcp_flask.demo.application import current_application, presented_token
from mxcp_flask.demo.people import Address, Person
from mxcp_flask.demo.tokens import IssuedToken

blueprint = Blueprint("github_api", __name__)

_EMAIL_SCOPES = frozenset({"user", "user:email"})
_ORGANIZATION_SCOPES = frozenset({"user", "read:org", "write:org", "admin:org"})


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
    return _answer(token, _profile(_owner(token)))


@blueprint.get("/user/emails")
def list_emails() -> Response:
    """Answer with all addresses of the person, or 404 when the token lacks the scope ``user:email``."""
    token = _read_token()
    if token.approval.scopes.isdisjoint(_EMAIL_SCOPES):
        abort(_failure(404, "Not Found"))
    return _answer(token, [_entry(address) for address in _owner(token).addresses])


@blueprint.get("/user/orgs")
def list_organizations() -> Response:
    """Answer with the person's organizations, or 403 when the token lacks the scope ``read:org``."""
    token = _read_token()
    if token.approval.scopes.isdisjoint(_ORGANIZATION_SCOPES):
        abort(_failure(403, "You need at least read:org scope or user scope to list your organizations."))
    return _answer(token, [_organization(name) for name in _owner(token).organizations])


@blueprint.delete("/applications/<client_id>/token")
def revoke(client_id: str) -> Response:
    """End an access token and the refresh token beside it: 204, or 404 when there is none.

    The application authenticates by Basic. The person's consent stays.
    """
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
    issued = application.tokens.end_access(token)
    if issued is None:
        return _failure(404, "Not Found")
    application.tokens.end_all(issued.approval)
    return Response(status=204)


def _read_token() -> IssuedToken:
    presented = presented_token("bearer", "token")
    if presented is None:
        abort(_failure(401, "Requires authentication"))
    token = current_application().tokens.find_access(presented)
    if token is None:
        abort(_failure(401, "Bad credentials"))
    return token


def _owner(token: IssuedToken) -> Person:
    return current_application().people[token.approval.login]


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


def _organization(name: str) -> dict[str, Any]:
    return {"login": name, "url": f"https://api.github.com/orgs/{name}", "description": None}


def _answer(token: IssuedToken, body: Any) -> Response:
    response = jsonify(body)
    response.headers["X-OAuth-Scopes"] = ", ".join(sorted(token.approval.scopes))
    return response


def _failure(status: int, message: str) -> Response:
    body = {"message": message, "documentation_url": "https://docs.github.com/rest", "status": str(status)}
    return make_response(jsonify(body), status)
