"""Salesforce's token endpoint (RFC 6749 §4.1.3 and §6), with the ways in which it differs from the RFC.

An answer has no ``expires_in``: an access token is a session, which ends two hours after its issue here. A refresh
token lives until it is revoked, and is not repeated in the answer to its use, unless ``ROTATING`` makes it work once.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping

from flask import Blueprint, Response, current_app, jsonify, request

from mxcp_flask.demo.application import current_application
from mxcp_flask.demo.approvals import Approval
from mxcp_flask.demo.jwt_text import jwt_text
from mxcp_flask.demo.refusals import refuse
from mxcp_flask.demo.salesforce.users import ORGANIZATION, identity_url, instance_url, user_id
from mxcp_flask.digests import new_secret

SESSION_TIMEOUT = 7200  # seconds

Body = dict[str, str]

blueprint = Blueprint("salesforce_token", __name__, url_prefix="/services/oauth2")


@blueprint.post("/token")
def issue() -> Response:
    """Exchange a code or a refresh token for a token."""
    answer = _GRANT_TYPES.get(request.form.get("grant_type", ""))
    if answer is None:
        refuse(400, "unsupported_grant_type", "grant type not supported")
    authenticate()
    return jsonify(answer(request.form))


def authenticate() -> None:
    """Refuse a request whose form does not hold the application's credentials."""
    application, client_id = current_application(), request.form.get("client_id", "")
    if client_id != application.client_id:
        refuse(400, "invalid_client_id", "client identifier invalid")
    if not application.authenticates(client_id, request.form.get("client_secret", "")):
        refuse(400, "invalid_client", "invalid client credentials")


def _exchange(form: Mapping[str, str]) -> Body:
    issued = current_application().approvals.take_code(form.get("code", ""))
    if issued is None:
        refuse(400, "invalid_grant", "expired authorization code")
    if form.get("redirect_uri") != issued.redirect_uri:
        refuse(400, "redirect_uri_mismatch", "redirect_uri must match configuration")
    if not issued.is_proved_by(form.get("code_verifier", "")):
        refuse(400, "invalid_grant", "invalid code verifier")
    _require_active(issued.approval)
    body = _issue(issued.approval)
    return body | _issue_refresh_token(issued.approval) if "refresh_token" in issued.approval.scopes else body


def _refresh(form: Mapping[str, str]) -> Body:
    tokens, token = current_application().tokens, form.get("refresh_token", "")
    rotating = bool(current_app.config["ROTATING"])
    issued = tokens.use_refresh(token) if rotating else tokens.find_refresh(token)
    if issued is None:
        refuse(400, "invalid_grant", "expired access/refresh token")
    _require_active(issued.approval)
    body = _issue(issued.approval)
    return body | _issue_refresh_token(issued.approval) if rotating else body


_GRANT_TYPES = {"authorization_code": _exchange, "refresh_token": _refresh}


def _require_active(approval: Approval) -> None:
    if not current_application().people[approval.login].active:
        refuse(400, "invalid_grant", "inactive user")


def _issue(approval: Approval) -> Body:
    application, token = current_application(), new_secret(f"{ORGANIZATION[:15]}!")
    issued = application.tokens.add_access(token, approval, SESSION_TIMEOUT)
    identity = identity_url(application.people[approval.login])
    issued_at = str(int(issued.issued_at * 1000))  # milliseconds
    body = {
        "access_token": token,
        "signature": _sign(identity + issued_at),
        "scope": " ".join(sorted(approval.scopes)),
        "instance_url": instance_url(),
        "id": identity,
        "token_type": "Bearer",
        "issued_at": issued_at,
    }
    return body | _issue_id_token(approval, int(issued.issued_at)) if "openid" in approval.scopes else body


def _issue_refresh_token(approval: Approval) -> Body:
    token = new_secret("5Aep")
    current_application().tokens.add_refresh(token, approval)
    return {"refresh_token": token}


def _issue_id_token(approval: Approval, now: int) -> Body:
    application = current_application()
    person = application.people[approval.login]
    times = {"iat": now, "exp": now + SESSION_TIMEOUT}
    names = {"sub": identity_url(person), "user_id": user_id(person), "organization_id": ORGANIZATION}
    claims = {"iss": request.host_url.rstrip("/"), "aud": application.client_id, **names, **times}
    return {"id_token": jwt_text(claims)}


def _sign(text: str) -> str:
    key = current_application().client_secret.encode()
    return base64.b64encode(hmac.digest(key, text.encode(), hashlib.sha256)).decode()
