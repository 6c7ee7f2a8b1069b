"""Salesforce's revocation and introspection endpoints (in the manner of RFC 7009 and RFC 7662)."""

from __future__ import annotations

import math

from flask import Blueprint, Response, jsonify, request

from mxcp_flask.demo.application import current_application
from mxcp_flask.demo.refusals import refuse
from mxcp_flask.demo.salesforce.token import authenticate
from mxcp_flask.demo.salesforce.users import identity_url, username
from mxcp_flask.demo.tokens import IssuedToken

blueprint = Blueprint("salesforce_token_status", __name__, url_prefix="/services/oauth2")


@blueprint.post("/revoke")
def revoke() -> Response:
    """End an access token, or a refresh token and all that came from the same approval. Holding the token is enough.

    Unlike RFC 7009 §2.2, an unknown token is an error.
    """
    tokens, token = current_application().tokens, request.form.get("token", "")
    issued = tokens.find_refresh(token)
    if issued is not None:
        tokens.end_all(issued.approval)
    elif tokens.end_access(token) is None:
        refuse(400, "invalid_token", "invalid token")
    return Response(status=200)


@blueprint.post("/introspect")
def introspect() -> Response:
    """Tell the application whether a token is active, and what it stands for."""
    authenticate()
    tokens, token = current_application().tokens, request.form.get("token", "")
    access, refresh = tokens.find_access(token), tokens.find_refresh(token)
    if access is not None:
        return jsonify(_describe(access, "access_token"))
    return jsonify(_describe(refresh, "refresh_token") if refresh is not None else {"active": False})


def _describe(issued: IssuedToken, token_type: str) -> dict[str, str | int | bool]:
    application = current_application()
    person = application.people[issued.approval.login]
    description: dict[str, str | int | bool] = {
        "active": True,
        "scope": " ".join(sorted(issued.approval.scopes)),
        "client_id": application.client_id,
        "username": username(person),
        "sub": identity_url(person),
        "token_type": token_type,
        "iat": int(issued.issued_at),
        "nbf": int(issued.issued_at),
    }
    return description if math.isinf(issued.expires_at) else {**description, "exp": int(issued.expires_at)}
