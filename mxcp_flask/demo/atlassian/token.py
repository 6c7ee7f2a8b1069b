"""Atlassian's token endpoint (RFC 6749 §4.1.3 and §6), with the ways in which it differs from the RFC.

It takes JSON only. Refresh tokens rotate: one that was used, and the access token beside it, live on for ten minutes.
What is wrong with a grant is reported with status 403.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, jsonify, request

from mxcp_flask.demo.application import current_application
from mxcp_flask.demo.approvals import Approval
from mxcp_flask.demo.atlassian.accounts import account_id
from mxcp_flask.demo.jwt_text import jwt_text
from mxcp_flask.demo.refusals import refuse

ACCESS_LIFETIME = 3600  # seconds
REFRESH_LIFETIME = 90 * 86_400  # seconds without use
LEEWAY = 600  # seconds

blueprint = Blueprint("atlassian_token", __name__)


@blueprint.post("/oauth/token")
def issue() -> Response:
    """Exchange a code or a refresh token for tokens."""
    fields = _read_json()
    if not current_application().authenticates(fields.get("client_id", ""), fields.get("client_secret", "")):
        refuse(401, "access_denied", "Unauthorized")
    take = _GRANT_TYPES.get(fields.get("grant_type", ""))
    if take is None:
        refuse(400, "unsupported_grant_type", "The grant_type must be authorization_code or refresh_token")
    return jsonify(_issue(take(fields)))


def _read_json() -> dict[str, str]:
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        refuse(400, "invalid_request", "The body must be a JSON object, with the content type application/json")
    return {name: value for name, value in body.items() if isinstance(value, str)}


def _take_code(fields: Mapping[str, str]) -> Approval:
    issued = current_application().approvals.take_code(fields.get("code", ""))
    if issued is None:
        refuse(403, "invalid_grant", "Invalid authorization code")
    if fields.get("redirect_uri") != issued.redirect_uri:
        refuse(403, "invalid_grant", "The redirect_uri is not that of the authorization request")
    return issued.approval


def _use_refresh_token(fields: Mapping[str, str]) -> Approval:
    issued = current_application().tokens.use_refresh(fields.get("refresh_token", ""), LEEWAY)
    if issued is None:
        refuse(403, "invalid_grant", "Unknown or invalid refresh token.")
    return issued.approval


_GRANT_TYPES = {"authorization_code": _take_code, "refresh_token": _use_refresh_token}


def _issue(approval: Approval) -> dict[str, str | int]:
    tokens = current_application().tokens
    access_token = _new_token(approval, ACCESS_LIFETIME)
    tokens.add_access(access_token, approval, ACCESS_LIFETIME)
    body: dict[str, str | int] = {
        "access_token": access_token,
        "expires_in": ACCESS_LIFETIME,
        "token_type": "Bearer",
        "scope": " ".join(sorted(approval.scopes)),
    }
    if "offline_access" not in approval.scopes:
        return body
    refresh_token = _new_token(approval, REFRESH_LIFETIME)
    tokens.add_refresh(refresh_token, approval, REFRESH_LIFETIME, companion=access_token)
    return {**body, "refresh_token": refresh_token}


def _new_token(approval: Approval, lifetime: int) -> str:
    application = current_application()
    now = int(application.clock())
    return jwt_text(
        {
            "iss": "https://auth.atlassian.com",
            "aud": application.client_id,
            "sub": account_id(application.people[approval.login]),
            "scope": " ".join(sorted(approval.scopes)),
            "iat": now,
            "exp": now + lifetime,
        }
    )
