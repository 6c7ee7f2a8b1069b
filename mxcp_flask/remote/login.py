"""The way through the browser: register, ask, wait, exchange (RFC 6749 §4.1 with RFC 7636, RFC 8252, RFC 9207)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlencode

from mxcp_flask.digests import new_secret, s256
from mxcp_flask.errors import RegistrationNeeded, RegistrationRefused, SignInFailed
from mxcp_flask.remote import http, tokens
from mxcp_flask.remote.discovery import Server
from mxcp_flask.remote.kept import SignedIn
from mxcp_flask.remote.listener import Listener

NAME = "mxcp (command line)"


class Login:
    """One sign-in at ``server``, answered to ``listener``; ``before`` is the one that it follows."""

    def __init__(self, server: Server, listener: Listener, before: SignedIn | None, clock: Callable[[], float]) -> None:
        self._server = server
        self._listener = listener
        self._before = before
        self._clock = clock
        self._verifier = new_secret()
        self.client_id = ""
        self.client_secret: str | None = None

    def name_client(self, client_id: str | None, client_secret: str | None = None) -> None:
        """Be the client ``client_id``, else the one from before if the server still knows it, else a new one.

        Raises:
            RegistrationNeeded, RegistrationRefused: there is none, and the server makes none.

        """
        self.client_secret = client_secret
        self.client_id = client_id or self._known() or self._register()

    def url(self, scopes: Sequence[str]) -> str:
        """Return where the person's browser must go to allow ``scopes``."""
        parameters = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self._listener.redirect_uri,
            **({"scope": " ".join(scopes)} if scopes else {}),
            "resource": self._server.url,
            "state": self._listener.state,
            "code_challenge": s256(self._verifier),
            "code_challenge_method": "S256",
        }
        endpoint = self._server.authorization_endpoint
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(parameters)}"

    def finish(self, seconds: float) -> SignedIn:
        """Wait for the browser and return the sign-in. Raises SignInFailed, RemoteError."""
        answer = self._listener.wait(seconds)
        self._check_issuer(answer.get("iss"))
        if "error" in answer:
            raise SignInFailed(reason=_refusal(answer))
        if not answer.get("code"):
            raise SignInFailed(reason="the browser brought no code")
        now = int(self._clock())
        begun = self._begun(now)
        return tokens.exchange(begun, answer["code"], self._verifier, self._listener.redirect_uri, now)

    def _check_issuer(self, issuer: str | None) -> None:
        # Without this, another server's code could be had to come here, and ours be sent to it (RFC 9207 §1).
        if issuer != self._server.issuer and (issuer is not None or self._server.names_itself):
            raise SignInFailed(reason=f"the answer is from {issuer or 'nobody'}, not from {self._server.issuer}")

    def _known(self) -> str | None:
        before = self._before
        if before is None or before.issuer != self._server.issuer or before.client_secret is not None:
            return None
        return before.client_id if tokens.knows_client(before) else None

    def _register(self) -> str:
        if self._server.registration_endpoint is None:
            raise RegistrationNeeded(url=self._server.url)
        metadata = {
            "client_name": NAME,
            "application_type": "native",
            "redirect_uris": [self._listener.redirect_uri],
            "grant_types": ["authorization_code", "refresh_token"],
            "response_types": ["code"],
            "token_endpoint_auth_method": "none",
        }
        answer = http.send("POST", self._server.registration_endpoint, json=metadata)
        client_id = answer.object.get("client_id")
        if answer.status not in {200, 201} or not isinstance(client_id, str):
            raise RegistrationRefused(url=self._server.url, reason=answer.reason)
        return client_id

    def _begun(self, now: int) -> SignedIn:
        return SignedIn(
            url=self._server.url,
            issuer=self._server.issuer,
            token_endpoint=self._server.token_endpoint,
            revocation_endpoint=self._server.revocation_endpoint,
            client_id=self.client_id,
            client_secret=self.client_secret,
            scope="",
            since=now,
            expires_at=None,
            access_token="",
        )


def _refusal(answer: Mapping[str, str]) -> str:
    words = answer.get("error_description", "").rstrip(".")
    return f"{words} ({answer['error']})" if words else answer["error"]
