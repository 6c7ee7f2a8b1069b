"""What a server says of itself, from its MCP endpoint's URL on (MCP authorization; RFC 9728, RFC 8414)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from mxcp_flask.errors import RemoteUnexpected, SignInNotAsked
from mxcp_flask.remote import calls, http


@dataclass(frozen=True)
class Server:
    """An MCP endpoint, and the authorization server that it trusts."""

    url: str  # of the endpoint, which is the resource's identifier
    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    registration_endpoint: str | None
    revocation_endpoint: str | None
    scopes: tuple[str, ...]  # to begin with
    names_itself: bool  # in its answers (RFC 9207)


def discover(url: str) -> Server:
    """Return what the server at ``url`` says of itself.

    Raises:
        SignInNotAsked: it answers without sign-in.
        RemoteError: it cannot be reached, or what it says does not fit together.

    """
    http.require_safe(url)
    challenge = _challenge(url)
    about = challenge.get("resource_metadata") or well_known(url, "oauth-protected-resource")
    resource = http.fetch_json(about)
    if not same(str(resource.get("resource")), url):
        raise RemoteUnexpected(url=url, reason=f"it says that its URL is {resource.get('resource')}: use that one")
    issuers = resource.get("authorization_servers")
    issuer = issuers[0] if isinstance(issuers, list) and issuers else None
    if not isinstance(issuer, str):
        raise RemoteUnexpected(url=about, reason="it names no authorization server")
    metadata = http.fetch_json(well_known(issuer, "oauth-authorization-server"))
    scopes = challenge.get("scope", "").split() or resource.get("scopes_supported") or []
    return _server(str(resource["resource"]), issuer, metadata, tuple(map(str, scopes)))


def well_known(url: str, name: str) -> str:
    """Return where the document ``name`` of ``url`` is: the path follows the well-known one (RFC 8414 §3.1)."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/.well-known/{name}{parts.path.rstrip('/')}"


def same(one: str, other: str) -> bool:
    """Tell whether two URLs are one, but for a slash at the end and the case of the host."""
    first, second = urlsplit(one), urlsplit(other)
    return (first.scheme, first.netloc.lower(), first.path.rstrip("/")) == (
        second.scheme,
        second.netloc.lower(),
        second.path.rstrip("/"),
    )


def _challenge(url: str) -> dict[str, str]:
    answer = calls.discover(url)
    if answer.status == 401:
        return answer.challenge
    if answer.status == 200 and "jsonrpc" in answer.object:
        raise SignInNotAsked(url=url)
    raise RemoteUnexpected(url=url, reason=f"{answer.reason}. Is it the URL of an MCP endpoint")


def _server(url: str, issuer: str, metadata: Mapping[str, Any], scopes: tuple[str, ...]) -> Server:
    if metadata.get("issuer") != issuer:
        raise RemoteUnexpected(url=issuer, reason=f"its metadata are of another issuer, {metadata.get('issuer')}")
    if "S256" not in (metadata.get("code_challenge_methods_supported") or ()):
        raise RemoteUnexpected(url=issuer, reason="it does not offer PKCE with S256")
    return Server(
        url=url,
        issuer=issuer,
        authorization_endpoint=_endpoint(issuer, metadata, "authorization") or _missing(issuer, "authorization"),
        token_endpoint=_endpoint(issuer, metadata, "token") or _missing(issuer, "token"),
        registration_endpoint=_endpoint(issuer, metadata, "registration"),
        revocation_endpoint=_endpoint(issuer, metadata, "revocation"),
        scopes=scopes,
        names_itself=metadata.get("authorization_response_iss_parameter_supported") is True,
    )


def _endpoint(issuer: str, metadata: Mapping[str, Any], name: str) -> str | None:
    url = metadata.get(f"{name}_endpoint")
    if url is None:
        return None
    if not isinstance(url, str):
        raise RemoteUnexpected(url=issuer, reason=f"its {name}_endpoint is no URL")
    http.require_safe(url)
    return url


def _missing(issuer: str, name: str) -> str:
    raise RemoteUnexpected(url=issuer, reason=f"it has no {name}_endpoint")
