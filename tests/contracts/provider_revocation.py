"""The part of the provider contract that ends a token which nobody needs."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from requests import PreparedRequest
from responses import RequestsMock

from mxcp_flask.errors import ProviderRefused, ProviderUnavailable
from mxcp_flask.providers import ExternalOAuthHandler
from tests.contracts.provider_answers import BROKEN_LINES, BUSY, SECRET, TOKEN
from tests.contracts.provider_tokens import TokenContract

REFUSALS = [
    {"status": 400, "json": {"error": "invalid_token"}},
    {"status": 404, "body": ""},
    {"status": 302, "body": ""},
]


class RevocationContract(TokenContract):
    """What every provider's handler does to end a token. Without ``revocation`` the provider has no way to."""

    revocation: ClassVar[tuple[str, str, int] | None] = None  # method, URL, and the status that says it is done
    revocation_needs: ClassVar[tuple[str, ...]] = ()  # what the request holds

    def revocation_answers(self, provider: RequestsMock, **answer: Any) -> None:
        """Let the provider answer so; as it does when all is well, unless ``answer`` says otherwise."""
        if self.revocation:
            method, url, status = self.revocation
            provider.add(method, url, **(answer or {"status": status, "body": ""}))

    def test_revocation(self, provider: RequestsMock, handler: ExternalOAuthHandler) -> None:
        """One request ends the token, with no secret in its URL; or there is none, and nothing is asked."""
        self.revocation_answers(provider)

        assert handler.revoke(TOKEN) is (self.revocation is not None)
        assert len(provider.calls) == (1 if self.revocation else 0)
        for call in provider.calls:
            told = _told(call.request)
            assert all(need in told for need in self.revocation_needs), told
            secrets = (SECRET, TOKEN.access_token, str(TOKEN.refresh_token))
            assert not [secret for secret in secrets if secret in str(call.request.url)]

    @pytest.mark.parametrize("answer", [*REFUSALS, *BUSY, *({"body": error} for error in BROKEN_LINES)])
    def test_failed_revocation_is_raised(
        self, provider: RequestsMock, handler: ExternalOAuthHandler, answer: dict[str, Any]
    ) -> None:
        """Whatever the provider says in place of its yes is an error without a secret, and is not asked again."""
        if self.revocation is None:
            return
        self.revocation_answers(provider, **answer)

        with pytest.raises((ProviderRefused, ProviderUnavailable)) as caught:
            handler.revoke(TOKEN)
        assert len(provider.calls) == 1
        assert not [secret for secret in (SECRET, TOKEN.access_token) if secret in str(caught.value)]


def _told(request: PreparedRequest) -> str:
    body = request.body or b""
    return f"{request.headers.get('Authorization')} {body.decode() if isinstance(body, bytes) else body}"
