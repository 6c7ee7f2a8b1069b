"""The token endpoint's half of the provider contract: exchange and refresh."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar
from urllib.parse import parse_qsl

import pytest
from responses import RequestsMock

from mxcp_flask.errors import (
    ProviderError,
    ProviderGrantEnded,
    ProviderRefused,
    ProviderUnavailable,
)
from mxcp_flask.providers import ExternalOAuthHandler
from mxcp_flask.records import ProviderToken
from tests.contracts.provider_answers import (
    BROKEN_LINES,
    BUSY,
    CALLBACK,
    CODE,
    NO_JSON_OBJECT,
    NO_LIFETIME,
    NO_TOKEN,
    SECRET,
    TOKEN,
    TOKEN_ERRORS,
    VERIFIER,
    assert_plain,
    settings_of,
)
from tests.support.clock import Clock


class TokenContract:
    """What every provider's handler does at the token endpoint."""

    handler_class: ClassVar[type[ExternalOAuthHandler]]
    token_answer: ClassVar[Mapping[str, Any]]  # to an exchange

    @pytest.fixture
    def provider(self) -> Iterator[RequestsMock]:
        """Return what answers in the provider's place."""
        with RequestsMock(assert_all_requests_are_fired=False) as mock:
            yield mock

    @pytest.fixture
    def handler(self, clock: Clock) -> ExternalOAuthHandler:
        """Return the handler with the provider's own URLs."""
        return self.handler_class(settings_of(self.handler_class), clock=clock)

    @pytest.fixture
    def exchange(self, handler: ExternalOAuthHandler) -> Callable[[], ProviderToken]:
        """Return a call that exchanges the code."""
        return lambda: handler.exchange(CODE, CALLBACK, VERIFIER)

    def answer(self, provider: RequestsMock, **answer: Any) -> None:
        """Let the token endpoint answer so."""
        provider.post(self.handler_class.defaults.token_url, **answer)

    def sent(self, provider: RequestsMock) -> dict[str, str]:
        """Return the parameters of the only token request."""
        assert len(provider.calls) == 1
        body = provider.calls[0].request.body
        text = body.decode() if isinstance(body, bytes) else str(body)
        return dict(json.loads(text)) if self.handler_class.token_request_as_json else dict(parse_qsl(text))

    # The exchange.

    def test_exchange_sends_one_complete_request(
        self, provider: RequestsMock, exchange: Callable[[], ProviderToken]
    ) -> None:
        """The request has all that RFC 6749 §4.1.3 and the provider ask for, and accepts JSON."""
        self.answer(provider, json=self.token_answer)
        exchange()

        verifier = {"code_verifier": VERIFIER} if self.handler_class.pkce else {}
        assert self.sent(provider) == {
            "grant_type": "authorization_code",
            "client_id": "client-id",
            "client_secret": SECRET,
            "code": CODE,
            "redirect_uri": CALLBACK,
            **verifier,
        }
        assert_plain(provider.calls[0].request)

    def test_exchange_gives_the_token(self, provider: RequestsMock, exchange: Callable[[], ProviderToken]) -> None:
        """The provider's own answer is understood, and its token hidden from logs."""
        self.answer(provider, json=self.token_answer)
        token = exchange()

        assert token.access_token == self.token_answer["access_token"]
        assert token.refresh_token == self.token_answer.get("refresh_token")
        assert self.token_answer["access_token"] not in repr(token)

    @pytest.mark.parametrize(
        ("expires_in", "lifetime"),
        [
            (3600, 3600),
            ("3600", 3600),
            (3600.9, 3600),
            *((value, None) for value in NO_LIFETIME),
        ],
    )
    def test_expires_in_is_read_leniently(
        self, provider: RequestsMock, exchange: Callable[[], ProviderToken], expires_in: Any, lifetime: int | None
    ) -> None:
        """A lifetime may be a number or its text; whatever else it is counts as unknown."""
        self.answer(provider, json={"access_token": "t", "expires_in": expires_in})

        assert exchange().expires_at == (1_800_000_000 + lifetime if lifetime else None)

    @pytest.mark.parametrize(
        ("scope", "read"), [("a,b", "a b"), ("a b", "a b"), ("", None), (None, None), (["a"], None)]
    )
    def test_scope_is_separated_by_spaces(
        self, provider: RequestsMock, exchange: Callable[[], ProviderToken], scope: Any, read: str | None
    ) -> None:
        """Commas become spaces; an answer without scope means the one asked for (RFC 6749 §5.1)."""
        self.answer(provider, json={"access_token": "t", "scope": scope})

        assert exchange().scope == (read or self.handler_class.defaults.scope)

    @pytest.mark.parametrize("body", [{}, *({"access_token": value} for value in NO_TOKEN)])
    def test_answer_without_token_is_refused(
        self, provider: RequestsMock, exchange: Callable[[], ProviderToken], body: dict[str, Any]
    ) -> None:
        """Without an access token that a header can carry there is no sign-in."""
        self.answer(provider, json=body)

        with pytest.raises(ProviderRefused, match="holds no access token"):
            exchange()

    @pytest.mark.parametrize("status", [200, 400, 401, 403])
    @pytest.mark.parametrize(("error", "kind"), TOKEN_ERRORS)
    def test_error_answer_is_told_apart(
        self,
        provider: RequestsMock,
        exchange: Callable[[], ProviderToken],
        status: int,
        error: str,
        kind: type[ProviderError],
    ) -> None:
        """The body's error decides, whatever the status, and wins over a token beside it."""
        self.answer(provider, status=status, json={"error": error, "access_token": "t"})

        with pytest.raises(kind) as caught:
            exchange()
        assert type(caught.value) is kind
        assert error in str(caught.value)

    @pytest.mark.parametrize("answer", NO_JSON_OBJECT)
    def test_what_is_no_answer_is_refused(
        self, provider: RequestsMock, exchange: Callable[[], ProviderToken], answer: dict[str, Any]
    ) -> None:
        """A page, half an answer, a huge one or a redirect is refused; the code goes nowhere else and only once."""
        self.answer(provider, **answer)

        with pytest.raises(ProviderRefused):
            exchange()
        assert len(provider.calls) == 1

    @pytest.mark.parametrize("answer", [*BUSY, *({"body": error} for error in BROKEN_LINES)])
    def test_busy_provider_is_unavailable(
        self, provider: RequestsMock, exchange: Callable[[], ProviderToken], answer: dict[str, Any]
    ) -> None:
        """A failing line, 5xx or 429 says nothing about the code, which is not sent again all the same."""
        self.answer(provider, **answer)

        with pytest.raises(ProviderUnavailable):
            exchange()
        assert len(provider.calls) == 1

    def test_unforeseen_failure_is_not_hidden(
        self, provider: RequestsMock, exchange: Callable[[], ProviderToken]
    ) -> None:
        """A fault of our own reaches the caller as it is."""
        self.answer(provider, body=ZeroDivisionError("ours"))

        with pytest.raises(ZeroDivisionError, match="ours"):
            exchange()

    # The refresh.

    def test_refresh_sends_one_complete_request(self, provider: RequestsMock, handler: ExternalOAuthHandler) -> None:
        """The request has all that RFC 6749 §6 asks for; without a new refresh token the old one stays."""
        self.answer(provider, json={"access_token": "new", "expires_in": 60})
        new = handler.refresh(TOKEN)

        assert (new.access_token, new.refresh_token, new.expires_at) == ("new", TOKEN.refresh_token, 1_800_000_060)
        assert self.sent(provider) == {
            "grant_type": "refresh_token",
            "client_id": "client-id",
            "client_secret": SECRET,
            "refresh_token": TOKEN.refresh_token,
        }
        assert_plain(provider.calls[0].request)

    def test_rotated_refresh_token_is_kept(self, provider: RequestsMock, handler: ExternalOAuthHandler) -> None:
        """A provider that rotates has its new refresh token used from then on."""
        self.answer(provider, json={"access_token": "new", "refresh_token": "rotated"})

        assert handler.refresh(TOKEN).refresh_token == "rotated"

    @pytest.mark.parametrize("status", [200, 400, 403])
    @pytest.mark.parametrize("error", ["invalid_grant", "bad_refresh_token"])
    def test_ended_grant_is_told_apart(
        self, provider: RequestsMock, handler: ExternalOAuthHandler, status: int, error: str
    ) -> None:
        """A refresh token that is no longer honoured is not the same as a provider that is busy."""
        self.answer(provider, status=status, json={"error": error})

        with pytest.raises(ProviderGrantEnded):
            handler.refresh(TOKEN)

    @pytest.mark.parametrize("answer", [*BUSY, {"body": BROKEN_LINES[0]}])
    def test_refresh_is_never_tried_twice(
        self, provider: RequestsMock, handler: ExternalOAuthHandler, answer: dict[str, Any]
    ) -> None:
        """A refresh token may work once only, so a busy provider is not asked again."""
        self.answer(provider, **answer)

        with pytest.raises(ProviderUnavailable):
            handler.refresh(TOKEN)
        assert len(provider.calls) == 1
