"""PKCE (RFC 7636), as OAuth 2.1 has it: S256 and nothing else, for every client, confidential ones too.

Authlib's ``CodeChallenge`` lets a request without a challenge through, takes ``plain`` for the default, and asks only
public clients for the verifier.
"""

from __future__ import annotations

import hmac
import re
from typing import Any

from authlib.oauth2.rfc6749 import InvalidGrantError, InvalidRequestError

from mxcp_flask.digests import s256

_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_VERIFIER = re.compile(r"[A-Za-z0-9\-._~]{43,128}")


class S256Only:
    """Requires an S256 challenge at the authorization endpoint and its verifier at the token endpoint."""

    def __call__(self, grant: Any) -> None:
        """Register with ``grant``, as Authlib's extensions do."""
        grant.register_hook("after_validate_authorization_request_payload", self.require_challenge)
        grant.register_hook("after_validate_token_request", self.require_verifier)

    def require_challenge(self, grant: Any, result: object) -> None:  # noqa: ARG002 (Authlib's hook)
        """Refuse a request without a well-formed challenge; runs when client and redirect URI are proven."""
        parameters = grant.request.payload.data
        if parameters.get("code_challenge_method", "plain") != "S256":
            raise InvalidRequestError("'code_challenge_method' must be S256.")
        if not _CHALLENGE.fullmatch(parameters.get("code_challenge", "")):
            raise InvalidRequestError("'code_challenge' must be an S256 challenge.")

    def require_verifier(self, grant: Any, result: object) -> None:  # noqa: ARG002 (Authlib's hook)
        """Compare the verifier with the code's challenge. A wrong one uses the code up: nobody gets to guess."""
        code = grant.request.authorization_code
        verifier = grant.request.form.get("code_verifier", "")
        if not _VERIFIER.fullmatch(verifier) or not hmac.compare_digest(s256(verifier), code.code_challenge):
            grant.burn(code)
            raise InvalidGrantError("'code_verifier' does not fit the 'code_challenge'.")
