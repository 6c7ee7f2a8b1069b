"""What a registration is refused with (RFC 7591 §3.2.2).

Authlib has the same two, in a package that brings a hundred modules of JSON Web Tokens into every process.
"""

from __future__ import annotations

from authlib.oauth2.rfc6749 import OAuth2Error


class InvalidRedirectURIError(OAuth2Error):  # type: ignore[misc]
    """A redirect URI is not allowed."""

    error = "invalid_redirect_uri"


class InvalidClientMetadataError(OAuth2Error):  # type: ignore[misc]
    """Another field of the client's metadata is not allowed."""

    error = "invalid_client_metadata"
