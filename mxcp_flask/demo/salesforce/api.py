"""Who a token speaks for at Salesforce: the userinfo endpoint and the identity URL.

An unknown or expired token is answered with status 403 and a text, not with 401 (help.salesforce.com, "Identity URLs").
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, jsonify, request

from mxcp_flask.demo.application import current_application, presented_token
from mxcp_flask.demo.people import Person
from mxcp_flask.demo.salesforce.users import ORGANIZATION, identity_url, instance_url, user_id, username

blueprint = Blueprint("salesforce_api", __name__)


@blueprint.route("/services/oauth2/userinfo", methods=["GET", "POST"])
def show_user() -> Response:
    """Answer in the terms of OpenID Connect Core §5.1, and some of Salesforce's own."""
    person = _read_owner()
    return jsonify(
        sub=identity_url(person),
        preferred_username=username(person),
        nickname=person.login,
        name=person.name or person.login,
        profile=f"{instance_url()}/{user_id(person)}",
        **_common(person),
    )


@blueprint.route("/id/<organization>/<user>", methods=["GET", "POST"])
def show_identity(organization: str, user: str) -> Response:
    """Answer at the identity URL of the token's owner; nobody else's is found, and no POST is answered."""
    if request.method == "POST":
        return _failure(403, "Bad_OAuth_Token")
    person = _read_owner()
    if organization != ORGANIZATION:
        return _failure(403, "Wrong_Org")
    if user != user_id(person):
        return _failure(404, "Bad_Id")
    return jsonify(
        id=identity_url(person),
        asserted_user=True,
        username=username(person),
        nick_name=person.login,
        display_name=person.name or person.login,
        **_common(person),
    )


def _read_owner() -> Person:
    application, presented = current_application(), presented_token("bearer")
    if presented is None:
        abort(_failure(403, "Missing_OAuth_Token"))
    token = application.tokens.find_access(presented)
    if token is None:
        abort(_failure(403, "Bad_OAuth_Token"))
    return application.people[token.approval.login]


def _common(person: Person) -> dict[str, Any]:
    address = person.primary
    return {
        "user_id": user_id(person),
        "organization_id": ORGANIZATION,
        "email": address.email if address else None,
        "email_verified": bool(address and address.verified),
        "active": person.active,
        "user_type": "STANDARD",
        "language": "en_US",
        "locale": "en_GB",
        "utcOffset": 3_600_000,
        "urls": {
            "rest": f"{instance_url()}/services/data/v{{version}}/",
            "custom_domain": instance_url(),
        },
    }


def _failure(status: int, text: str) -> Response:
    return Response(text, status=status, mimetype="text/plain")
