"""The checks of one client metadata document (draft-ietf-oauth-client-id-metadata-document-00 §4)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from mxcp_flask.oauth.registration import grant_types_of, name_of, redirect_uris_of
from mxcp_flask.oauth.registration_errors import InvalidClientMetadataError
from mxcp_flask.outbound import Fetched
from mxcp_flask.records import Client

SHORTEST_FRESH, LONGEST_FRESH = 300, 86400  # seconds

_JSON = re.compile(r"application/(?:[a-z0-9!#$&^_.+\-]+\+)?json[ \t]*(?:;.*)?", re.IGNORECASE)
_MAX_AGE = re.compile(r"(?:^|[,\s])max-age=\"?([0-9]{1,10})", re.IGNORECASE)
_NOT_KEPT = re.compile(r"(?:^|[,\s])no-(?:store|cache)(?:[,\s=]|$)", re.IGNORECASE)
_SCOPE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")  # RFC 6749 §3.3


def client_of(url: str, answer: Fetched, now: int) -> Client:
    """Return the client that the document in ``answer``, fetched from ``url``, describes.

    Raises:
        InvalidClientMetadataError: the answer is no document of this URL, or it describes a client that this server
            cannot have.
        InvalidRedirectURIError: a redirect URI is missing or not allowed.

    """
    metadata = _metadata(answer)
    _check_identity(metadata, url)
    _check_public(metadata)
    return Client(
        client_id=url,
        name=name_of(metadata),
        redirect_uris=redirect_uris_of(metadata),
        grant_types=grant_types_of(metadata),
        scopes=_scopes(metadata),
        issued_at=now,
        fresh_until=now + fresh_seconds(answer.headers),
    )


def fresh_seconds(headers: Mapping[str, str]) -> int:
    """Return how long an answer may be used (RFC 9111 §5.2.2), within our own bounds.

    Less than the shortest time is never heeded, so that one sign-in does not fetch a document several times.
    """
    directives = headers.get("Cache-Control", "")
    age = _MAX_AGE.search(directives)
    if age is None or _NOT_KEPT.search(directives):
        return SHORTEST_FRESH
    return min(max(int(age[1]), SHORTEST_FRESH), LONGEST_FRESH)


def _metadata(answer: Fetched) -> dict[str, Any]:
    if answer.status != 200:
        raise InvalidClientMetadataError(f"The answer has status {answer.status} instead of 200.")
    if not _JSON.fullmatch(answer.headers.get("Content-Type", "").strip()):
        raise InvalidClientMetadataError("The answer is not of type application/json or application/...+json.")
    try:
        metadata = json.loads(answer.body.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise InvalidClientMetadataError("The document is not JSON in UTF-8.") from error
    if not isinstance(metadata, dict):
        raise InvalidClientMetadataError("The document is not a JSON object.")
    return metadata


def _check_identity(metadata: dict[str, Any], url: str) -> None:
    if metadata.get("client_id") != url:
        raise InvalidClientMetadataError("'client_id' is not the URL of the document.")
    name = metadata.get("client_name")
    if not isinstance(name, str) or not name.strip():
        raise InvalidClientMetadataError("'client_name' must be a text.")


def _check_public(metadata: dict[str, Any]) -> None:
    if not metadata.keys().isdisjoint({"client_secret", "client_secret_expires_at"}):
        raise InvalidClientMetadataError("The document holds a client secret, which everybody could read.")
    if metadata.get("token_endpoint_auth_method", "none") != "none":
        raise InvalidClientMetadataError("'token_endpoint_auth_method' must be none.")


def _scopes(metadata: dict[str, Any]) -> tuple[str, ...]:
    scope = metadata.get("scope", "")
    names = scope.split() if isinstance(scope, str) else []
    return tuple(name for name in dict.fromkeys(names) if _SCOPE.fullmatch(name))
