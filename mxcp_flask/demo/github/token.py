"""GitHub's token endpoint (RFC 6749 §4.1.3 and §6), with the ways in which it differs from the RFC.

Errors come with status 200; answers are form-encoded unless JSON is asked for; scopes are separated by commas. Tokens
expire only when the application is set so (docs.github.com, "Refreshing user access tokens").
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, jsonify, request

from mxcp_flask.demo.application import current_application
from mxcp_flask.demo.approvals import Approval
from mxcp_flask.demo.github.authorize import MISMATCH
from mxcp_flask.digests import new_secret

ACCESS_LIFETIME = 28_800  # seconds: eight hours
REFRESH_LIFETIME = 15_897_600  # seconds: six months

Body = dict[str, str | int]

blueprint = Blueprint("github_token", __name__, url_prefix="/login/oauth")

_ERRORS = {
    "bad_refresh_token": "The refresh token passed is incorrect or expired.",
    "bad_verification_code": "The code passed is incorrect or expired.",
    "incorrect_client_credentials": "The client_id and/or client_secret passed are incorrect.",
    "redirect_uri_mismatch": MISMATCH,
}


@blueprint.post("/access_token")
def issue() -> Response:
    """Exchange a code or a refresh token for a token. The status is 200 even for an error."""
    return _encode(_answer(request.form))


def _answer(form: Mapping[str, str]) -> Body:
    if not current_application().authenticates(form.get("client_id", ""), form.get("client_secret", "")):
        return _error("incorrect_client_credentials")
    return _refresh(form) if form.get("grant_type") == "refresh_token" else _exchange(form)


def _exchange(form: Mapping[str, str]) -> Body:
    issued = current_application().approvals.take_code(form.get("code", ""))
    if issued is None or not issued.is_proved_by(form.get("code_verifier", "")):
        return _error("bad_verification_code")
    if form.get("redirect_uri", issued.redirect_uri) != issued.redirect_uri:
        return _error("redirect_uri_mismatch")
    return _issue_expiring(issued.approval) if current_app.config["EXPIRING"] else _issue_lasting(issued.approval)


def _refresh(form: Mapping[str, str]) -> Body:
    issued = current_application().tokens.use_refresh(form.get("refresh_token", ""))
    return _issue_expiring(issued.approval) if issued else _error("bad_refresh_token")


def _issue_lasting(approval: Approval) -> Body:
    token = new_secret("gho_")
    current_application().tokens.add_access(token, approval)
    return _describe(token, approval)


def _issue_expiring(approval: Approval) -> Body:
    tokens, token, refresh_token = current_application().tokens, new_secret("gho_"), new_secret("ghr_")
    tokens.add_access(token, approval, ACCESS_LIFETIME)
    tokens.add_refresh(refresh_token, approval, REFRESH_LIFETIME, companion=token)
    return {
        **_describe(token, approval),
        "expires_in": ACCESS_LIFETIME,
        "refresh_token": refresh_token,
        "refresh_token_expires_in": REFRESH_LIFETIME,
    }


def _describe(token: str, approval: Approval) -> Body:
    return {"access_token": token, "scope": ",".join(sorted(approval.scopes)), "token_type": "bearer"}


def _error(error: str) -> Body:
    return {"error": error, "error_description": _ERRORS[error]}


def _encode(body: Body) -> Response:
    if any(kind == "application/json" for kind in request.accept_mimetypes.values()):
        return jsonify(body)
    return Response(urlencode(body), content_type="application/x-www-form-urlencoded; charset=utf-8")
