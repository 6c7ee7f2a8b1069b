"""The promises of ``mxcp_flask.providers.base``; a provider's test inherits them and says what its provider answers.

Nothing here opens a socket: ``responses`` answers. What a slow or broken line does is ``tests/providers/test_http.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

import pytest
from responses import RequestsMock

from mxcp_flask import logs
from mxcp_flask.digests import s256
from mxcp_flask.errors import (
    ProviderError,
    ProviderRefused,
    ProviderUnavailable,
)
from mxcp_flask.providers import ExternalOAuthHandler
from mxcp_flask.records import ProviderToken, User
from tests.contracts.provider_answers import (
    BROKEN_LINES,
    BUSY,
    CALLBACK,
    CALLBACK_ERRORS,
    CODE,
    NO_JSON_OBJECT,
    SECRET,
    SECRETS,
    STATE,
    TOKEN,
    VERIFIER,
    failure_of,
)
from tests.contracts.provider_revocation import RevocationContract


class ProviderContract(RevocationContract):
    """What every provider's handler does. A test class inherits this and sets the attributes."""

    user_answers: ClassVar[Mapping[str, Any]]  # JSON by URL; the first is asked first
    user: ClassVar[User]  # who comes of these answers

    # The way to the provider and back.

    def test_authorize_url_has_every_parameter(self, handler: ExternalOAuthHandler) -> None:
        """The browser is sent to the provider with our client, callback, scope, state, and a challenge of our own."""
        parts = urlsplit(handler.authorize_url(CALLBACK, STATE, VERIFIER))

        pkce = {"code_challenge": s256(VERIFIER), "code_challenge_method": "S256"} if handler.pkce else {}
        assert f"{parts.scheme}://{parts.netloc}{parts.path}" == handler.defaults.auth_url
        assert dict(parse_qsl(parts.query, strict_parsing=True)) == {
            "response_type": "code",
            "client_id": "client-id",
            "redirect_uri": CALLBACK,
            "scope": handler.defaults.scope,
            "state": STATE,
            **handler.authorize_parameters,
            **pkce,
        }

    def test_authorize_url_holds_no_secret(self, handler: ExternalOAuthHandler) -> None:
        """Neither the verifier nor the client's secret passes through the browser."""
        assert not [secret for secret in SECRETS if secret in handler.authorize_url(CALLBACK, STATE, VERIFIER)]

    def test_callback_gives_the_code(self, handler: ExternalOAuthHandler) -> None:
        """A callback with a code and no error gives the code."""
        assert handler.read_callback({"code": CODE, "state": STATE}) == CODE

    @pytest.mark.parametrize(("error", "kind"), CALLBACK_ERRORS)
    def test_callback_error_is_raised(
        self, handler: ExternalOAuthHandler, error: str, kind: type[ProviderError]
    ) -> None:
        """An error at the callback counts, even beside a code; its text is one printable line."""
        with pytest.raises(ProviderError) as caught:
            handler.read_callback({"error": error, "error_description": "why\nnot \u202e?" + "x" * 999, "code": CODE})

        assert type(caught.value) is kind
        assert str(caught.value).isprintable()
        assert len(str(caught.value)) < 300

    @pytest.mark.parametrize("arguments", [{}, {"code": ""}, {"state": STATE}])
    def test_empty_callback_is_refused(self, handler: ExternalOAuthHandler, arguments: dict[str, str]) -> None:
        """A callback with neither a code nor an error is no answer."""
        with pytest.raises(ProviderRefused, match="neither a code nor an error"):
            handler.read_callback(arguments)

    # The person.

    def people(self, provider: RequestsMock, *, but: Mapping[str, dict[str, Any]] | None = None) -> None:
        """Let the API answer with ``user_answers``, but for the URLs in ``but``."""
        for url, body in self.user_answers.items():
            provider.get(url, **(but or {}).get(url, {"json": body}))

    def test_person_is_read(self, provider: RequestsMock, handler: ExternalOAuthHandler) -> None:
        """The provider's own answers become the person, each asked for once and with the token."""
        self.people(provider)

        assert handler.fetch_user(TOKEN) == self.user
        assert [call.request.url for call in provider.calls] == list(self.user_answers)
        for call in provider.calls:
            assert call.request.headers["Authorization"] == f"Bearer {TOKEN.access_token}"
            assert call.request.body is None

    @pytest.mark.parametrize("answer", NO_JSON_OBJECT)
    def test_person_without_answer_is_refused(
        self, provider: RequestsMock, handler: ExternalOAuthHandler, answer: dict[str, Any]
    ) -> None:
        """Nobody is signed in by an answer that is no JSON object with status 200; nothing is asked again."""
        self.people(provider, but={next(iter(self.user_answers)): answer})

        with pytest.raises(ProviderRefused):
            handler.fetch_user(TOKEN)
        assert len(provider.calls) == 1

    @pytest.mark.parametrize("answer", [*BUSY, {"body": BROKEN_LINES[0]}])
    def test_person_is_asked_for_once_more(
        self, provider: RequestsMock, handler: ExternalOAuthHandler, answer: dict[str, Any]
    ) -> None:
        """A busy API is asked a second time, and not a third."""
        provider.get(next(iter(self.user_answers)), **answer)

        with pytest.raises(ProviderUnavailable):
            handler.fetch_user(TOKEN)
        assert len(provider.calls) == 2

    def test_second_try_counts(self, provider: RequestsMock, handler: ExternalOAuthHandler) -> None:
        """An API that was busy for a moment does not end the sign-in."""
        provider.get(next(iter(self.user_answers)), status=502, body="<html>")
        self.people(provider)

        assert handler.fetch_user(TOKEN) == self.user

    @pytest.mark.parametrize("value", [None, "", True, {}, [1]])
    def test_person_without_identifier_is_refused(
        self, provider: RequestsMock, handler: ExternalOAuthHandler, value: Any
    ) -> None:
        """Whatever stands in the place of the identifiers, nobody gets another's identity by it."""
        url, body = next(iter(self.user_answers.items()))
        self.people(provider, but={url: {"json": dict.fromkeys(body, value)}})

        with pytest.raises(ProviderRefused):
            handler.fetch_user(TOKEN)

    # Secrets.

    def test_netrc_takes_no_tokens_place(
        self,
        provider: RequestsMock,
        handler: ExternalOAuthHandler,
        exchange: Callable[[], ProviderToken],
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """A ~/.netrc entry for the provider's hosts changes no request."""
        urls = [handler.defaults.token_url, *self.user_answers]
        netrc = tmp_path / "netrc"
        netrc.write_text("".join(f"machine {urlsplit(url).hostname} login eve password hers\n" for url in urls))
        netrc.chmod(0o600)
        monkeypatch.setenv("NETRC", str(netrc))
        self.answer(provider, json=self.token_answer)
        self.people(provider)
        exchange()
        handler.fetch_user(TOKEN)

        given = [call.request.headers.get("Authorization") for call in provider.calls]
        assert given == [None] + [f"Bearer {TOKEN.access_token}"] * len(self.user_answers)

    @pytest.mark.parametrize("status", [200, 400, 502])
    def test_no_secret_in_errors_and_logs(
        self, provider: RequestsMock, handler: ExternalOAuthHandler, caplog: pytest.LogCaptureFixture, status: int
    ) -> None:
        """A provider that repeats our secrets does not get them into an error, its trace, or any log at DEBUG."""
        logs.protect()
        told = {"error": f"bad {CODE}", "error_description": " ".join(SECRETS)}
        self.answer(provider, status=status, json=told)
        self.people(provider, but={url: {"status": status, "json": told} for url in self.user_answers})
        calls = (
            lambda: handler.exchange(CODE, CALLBACK, VERIFIER),
            lambda: handler.refresh(TOKEN),
            lambda: handler.fetch_user(TOKEN),
        )
        for call, own in zip(calls, ((CODE, VERIFIER, SECRET), (SECRET, *SECRETS[3:]), SECRETS), strict=True):
            shown = failure_of(call, caplog)
            assert not [secret for secret in own if secret in shown]
