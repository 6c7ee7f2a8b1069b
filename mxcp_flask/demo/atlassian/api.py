"""The part of Atlassian's API that sign-in needs: who a token speaks for, and at which sites.

https://developer.atlassian.com/cloud/jira/platform/oauth-2-3lo-apps/ describes both.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, abort, jsonify, make_response

from mxcp_flask.demo.application import current_application, presented_token
from mxcp_flask.demo.atlassian.accounts import account_id
from mxcp_flask.demo.people import Person
from mxcp_flask.demo.tokens import IssuedToken

blueprint = Blueprint("atlassian_api", __name__)

_PRODUCTS = ("jira", "confluence")


@blueprint.get("/me")
def show_user() -> Response:
    """Answer with the person's profile, or 403 when the token lacks the scope ``read:me``."""
    token = _read_token()
    if "read:me" not in token.approval.scopes:
        abort(_failure(403, "Forbidden"))
    return jsonify(_profile(_owner(token)))


@blueprint.get("/oauth/token/accessible-resources")
def list_sites() -> Response:
    """Answer with the person's sites, each once for every product that the token has a scope of; a guest has none."""
    token = _read_token()
    return jsonify(list(_resources(_owner(token), token.approval.scopes)))


def _read_token() -> IssuedToken:
    token = current_application().tokens.find_access(presented_token("bearer") or "")
    if token is None:
        abort(_failure(401, "Unauthorized"))
    return token


def _owner(token: IssuedToken) -> Person:
    return current_application().people[token.approval.login]


def _profile(person: Person) -> dict[str, Any]:
    profile: dict[str, Any] = {
        "account_type": "atlassian",
        "account_id": account_id(person),
        "account_status": "active" if person.active else "inactive",
        "name": person.name or person.login,
        "nickname": person.login,
        "picture": f"https://avatars.example/u/{person.id}",
        "zoneinfo": "Europe/Amsterdam",
        "locale": "en-GB",
    }
    # A person may hide the address, and one that is not verified is never shown: then the key is absent.
    if person.primary and person.primary.verified:
        profile |= {"email": person.primary.email, "email_verified": True}
    return profile


def _resources(person: Person, scopes: frozenset[str]) -> Iterator[dict[str, Any]]:
    for site in person.sites:
        for product in _PRODUCTS:
            granted = sorted(scope for scope in scopes if product in scope)
            if granted:
                yield {
                    "id": site.id,
                    "name": site.name,
                    "url": site.url,
                    "scopes": granted,
                    "avatarUrl": f"https://avatars.example/{product}",
                }


def _failure(status: int, message: str) -> Response:
    return make_response(jsonify(code=status, message=message), status)
