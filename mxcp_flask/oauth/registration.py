"""Dynamic client registration (RFC 7591).

Own validation instead of Authlib's: that one accepts ``javascript:`` redirect URIs, refuses RFC 8252 private-use
schemes, gives every client a secret, and refuses requests for grants or scopes that RFC 7591 §3.2.1 lets the server
drop. Whatever is not read here is dropped, so no request can set a privileged field.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from mxcp_flask import redirect_uris
from mxcp_flask.digests import digest, new_secret
from mxcp_flask.oauth.registration_errors import InvalidClientMetadataError, InvalidRedirectURIError
from mxcp_flask.oauth.scopes import ScopePolicy
from mxcp_flask.records import Client
from mxcp_flask.visible import visible

SUPPORTED_GRANT_TYPES = ("authorization_code", "refresh_token")
_AUTH_METHODS = ("client_secret_basic", "client_secret_post", "none")
_MOST_REDIRECT_URIS = 20
LONGEST_URI = 2000
_LONGEST_NAME = 200
_LONGEST_SCOPE = 2000


@dataclass(frozen=True)
class Registration:
    """A new client, and the answer to the one who asked for it (RFC 7591 §3.2.1)."""

    client: Client
    answer: dict[str, Any] = field(repr=False)


def register(metadata: Any, scopes: ScopePolicy, now: int) -> Registration:
    """Make a client of the ``metadata`` in a registration request.

    Raises:
        InvalidRedirectURIError: a redirect URI is missing or not allowed; the description says which and why.
        InvalidClientMetadataError: something else is not what RFC 7591 §2 has.

    """
    if not isinstance(metadata, dict):
        raise InvalidClientMetadataError("The request must be a JSON object.")
    method = _auth_method(metadata)
    secret = None if method == "none" else new_secret("mx_cs_")
    client = Client(
        client_id=str(uuid4()),
        name=name_of(metadata),
        redirect_uris=redirect_uris_of(metadata),
        grant_types=grant_types_of(metadata),
        scopes=_scopes(metadata, scopes),
        secret_hash=digest(secret) if secret else None,
        token_endpoint_auth_method=method,
        issued_at=now,
    )
    return Registration(client, _answer(client, secret))


def _answer(client: Client, secret: str | None) -> dict[str, Any]:
    answer = {
        "client_id": client.client_id,
        "client_id_issued_at": client.issued_at,
        "client_name": client.name,
        "redirect_uris": list(client.redirect_uris),
        "grant_types": list(client.grant_types),
        "response_types": ["code"],
        "token_endpoint_auth_method": client.token_endpoint_auth_method,
        "scope": " ".join(client.scopes),
    }
    return answer | ({"client_secret": secret, "client_secret_expires_at": 0} if secret else {})


def _auth_method(metadata: dict[str, Any]) -> str:
    method = metadata.get("token_endpoint_auth_method", "client_secret_basic")
    if method not in _AUTH_METHODS:
        raise InvalidClientMetadataError(f"'token_endpoint_auth_method' must be one of: {', '.join(_AUTH_METHODS)}.")
    return str(method)


def name_of(metadata: dict[str, Any]) -> str:
    """Return the name as the consent page may show it. Raises InvalidClientMetadataError."""
    name = metadata.get("client_name", "")
    if not isinstance(name, str) or len(name) > _LONGEST_NAME:
        raise InvalidClientMetadataError(f"'client_name' must be a text of at most {_LONGEST_NAME} characters.")
    # Pages, logs and terminals show it: nothing invisible, nothing that turns the direction of writing.
    return " ".join(visible(name).split()) or "Unnamed client"


def redirect_uris_of(metadata: dict[str, Any]) -> tuple[str, ...]:
    """Return the redirect URIs, each once. Raises InvalidRedirectURIError."""
    uris = metadata.get("redirect_uris")
    if not isinstance(uris, list) or not 0 < len(uris) <= _MOST_REDIRECT_URIS:
        raise InvalidRedirectURIError(f"'redirect_uris' must be a list of 1 to {_MOST_REDIRECT_URIS} URIs.")
    for number, uri in enumerate(uris, 1):
        fault = redirect_uris.find_fault(uri) if isinstance(uri, str) and len(uri) <= LONGEST_URI else "it is no URI"
        if fault:
            raise InvalidRedirectURIError(f"Redirect URI {number} is not allowed: {fault}.")
    return tuple(dict.fromkeys(uris))


def grant_types_of(metadata: dict[str, Any]) -> tuple[str, ...]:
    """Return those of the grant types that this server has. Raises InvalidClientMetadataError."""
    asked = _texts(metadata, "grant_types", ["authorization_code"])
    if "authorization_code" not in asked:
        raise InvalidClientMetadataError("'grant_types' must hold authorization_code.")
    if "code" not in _texts(metadata, "response_types", ["code"]):
        raise InvalidClientMetadataError("'response_types' must hold code.")
    return tuple(name for name in SUPPORTED_GRANT_TYPES if name in asked)


def _scopes(metadata: dict[str, Any], scopes: ScopePolicy) -> tuple[str, ...]:
    asked = metadata.get("scope", "")
    if not isinstance(asked, str) or len(asked) > _LONGEST_SCOPE:
        raise InvalidClientMetadataError("'scope' must be a text of scopes, separated by spaces.")
    return tuple(name for name in dict.fromkeys(asked.split()) if name in scopes.known) or scopes.default


def _texts(metadata: dict[str, Any], name: str, default: list[str]) -> list[str]:
    values = metadata.get(name, default)
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise InvalidClientMetadataError(f"'{name}' must be a list of texts.")
    return values
