"""The sign-in, one method per step (the package's docstring has the flow)."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NoReturn

from authlib.oauth2.rfc6749 import AccessDeniedError, OAuth2Error

from mxcp_flask.digests import digest, new_secret
from mxcp_flask.errors import (
    CallbackRefused,
    CallbackUnknown,
    ConsentExpired,
    ConsentForged,
    DeclinedThere,
    InvalidState,
    PersonRefused,
    ProviderAway,
    ProviderDenied,
    ProviderError,
    ProviderFailed,
    ProviderUnavailable,
)
from mxcp_flask.oauth.callback import Callback
from mxcp_flask.oauth.grants import SignedIn
from mxcp_flask.oauth.requests import PlainRequest
from mxcp_flask.oauth.server import AuthorizationServer
from mxcp_flask.oauth.unused_tokens import UnusedTokens
from mxcp_flask.oauth.urls import Urls, extended
from mxcp_flask.providers import ExternalOAuthHandler
from mxcp_flask.records import Client, PendingAuthorization, User

log = logging.getLogger("mxcp.oauth")
#: In place of a client's identifier, for a sign-in without one. Identifiers have no spaces, so it can be no client's.
ACCOUNT = "the account page"
_ONE_BASE = "the proxies' headers differ between the two, so set base_url (transport.http)"


@dataclass(frozen=True)
class Question:
    """What the consent page asks, and the three values that its answer must bring back."""

    client: Client
    scope: str
    redirect_uri: str
    handle: str = field(repr=False)
    csrf_token: str = field(repr=False)
    browser_token: str = field(repr=False)  # for the cookie


@dataclass(frozen=True)
class Departure:
    """Where the browser goes after the approval, and what it must hold when it comes back."""

    location: str = field(repr=False)
    state: str = field(repr=False)
    browser_token: str = field(repr=False)


@dataclass(frozen=True)
class Arrival:
    """Where the browser goes when a sign-in is done, and for the account page, who it was."""

    location: str = field(repr=False)
    visitor: User | None = None


class SignIn:
    """Leads one person from a client's authorization request to a code for that client."""

    def __init__(self, server: AuthorizationServer, handler: ExternalOAuthHandler) -> None:
        self.server = server
        self.store = server.store
        self.handler = handler
        self.callback = Callback(handler)
        self.unused_tokens = UnusedTokens(server.store, handler)

    def ask(self, request: PlainRequest, urls: Urls) -> Question:
        """Check an authorization request and remember it. Nothing happens at the provider yet.

        Raises:
            OAuth2Error: with ``redirect_uri`` when client and redirect URI are proven, else for the person to see.

        """
        grant = self.server.get_consent_grant(request)
        question = Question(
            client=request.client,
            scope=request.scope,
            redirect_uri=grant.redirect_uri,
            handle=new_secret(),
            csrf_token=new_secret(),
            browser_token=new_secret(),
        )
        self.store.add_pending(self._pending(question, request, urls))
        return question

    def approve(self, handle: str, csrf_token: str, browser_token: str, urls: Urls) -> Departure:
        """Take the person's yes, once, and return the way to the provider.

        Raises:
            ConsentExpired: there is no such question any more.
            ConsentForged: the answer is not from the page and browser that were asked.

        """
        self._prove(handle, csrf_token, browser_token)
        pending, departure = self._depart(handle, urls)
        self.server.audit.record("consent_given", client=pending.client_id, scope=pending.scope)
        return departure

    def visit(self, urls: Urls) -> Departure:
        """Let a person sign in for the account page, and return the way to the provider. There is nothing to allow."""
        nobody_knows = digest(new_secret())
        handle = new_secret()
        visit = PendingAuthorization(
            handle_hash=digest(handle),
            client_id=ACCOUNT,
            request={},
            scope="",
            resource=urls.resource,
            csrf_hash=nobody_knows,
            browser_hash=nobody_knows,
            expires_at=self.server.now() + self.server.lifetimes.sign_in,
        )
        self.store.add_pending(visit)
        return self._depart(handle, urls)[1]

    def deny(self, handle: str, csrf_token: str, browser_token: str, urls: Urls) -> str:
        """Take the person's no, once, and return the way back to the client. Raises as ``approve`` does."""
        self._prove(handle, csrf_token, browser_token)
        pending = self.store.close_pending(digest(handle), self.server.now())
        if pending is None:
            raise ConsentExpired
        self.server.audit.record("consent_denied", client=pending.client_id)
        return self._refuse(pending, urls, AccessDeniedError("The person declined."))

    def finish(self, arguments: Mapping[str, str], browser_token: str, urls: Urls) -> Arrival:
        """Take the provider's answer, once, and return the way back to the client, with a code, or to the account page.

        Raises:
            InvalidState: the state is unknown, used or expired, or belongs to another browser.
            ProviderFailed: the provider did; ``location`` is the way back to the client all the same.
            PersonRefused: who signed in may not come in; it has a ``location`` too.
            OAuth2Error: the client is gone meanwhile.

        """
        state = arguments.get("state", "")
        pending = self.store.take_pending(digest(state), digest(browser_token), self.server.now()) if state else None
        if pending is None:
            raise InvalidState
        if pending.resource != urls.resource:
            log.warning("a sign-in that began for %s came back to %s: %s", pending.resource, urls.resource, _ONE_BASE)
            raise InvalidState
        try:
            signed_in = self._meet(pending, arguments, urls)
        except ProviderError as error:
            hint = self.callback.hint(urls) if isinstance(error, CallbackRefused) else ""
            log.warning("sign-in for client %s failed: %s%s", pending.client_id, error, hint)
            self.server.audit.record("sign_in_failed", client=pending.client_id, reason=str(error))
            location = self._way_back(pending, urls, error)
            raise failure_of(error)(title=self.handler.title, location=location) from error
        if pending.client_id == ACCOUNT:
            return self._welcome(signed_in, urls)
        if not self.server.scopes.admits(signed_in.user) or not signed_in.scope:
            self._turn_away(pending, signed_in, urls)
        return Arrival(self._issue(pending, signed_in, urls))

    def _depart(self, handle: str, urls: Urls) -> tuple[PendingAuthorization, Departure]:
        state, browser_token, verifier = new_secret(), new_secret(), new_secret()
        pending = self.store.approve_pending(
            digest(handle),
            self.server.now(),
            browser_hash=digest(browser_token),
            state_hash=digest(state),
            verifier=verifier,
        )
        if pending is None:
            raise ConsentExpired
        self.callback.show(urls)
        location = self.handler.authorize_url(self.callback.of(urls), state, verifier)
        return pending, Departure(location, state, browser_token)

    def _pending(self, question: Question, request: PlainRequest, urls: Urls) -> PendingAuthorization:
        return PendingAuthorization(
            handle_hash=digest(question.handle),
            client_id=question.client.client_id,
            request=request.parameters,
            scope=question.scope,
            resource=urls.resource,
            csrf_hash=digest(question.csrf_token),
            browser_hash=digest(question.browser_token),
            expires_at=self.server.now() + self.server.lifetimes.sign_in,
        )

    def _prove(self, handle: str, csrf_token: str, browser_token: str) -> None:
        pending = self.store.find_pending(digest(handle), self.server.now())
        if pending is None or pending.stage != "consent":
            raise ConsentExpired
        same_page = hmac.compare_digest(pending.csrf_hash, digest(csrf_token))
        same_browser = hmac.compare_digest(pending.browser_hash, digest(browser_token))
        if not (same_page and same_browser):
            raise ConsentForged

    def _meet(self, pending: PendingAuthorization, arguments: Mapping[str, str], urls: Urls) -> SignedIn:
        code = self.handler.read_callback(arguments)
        token = self.handler.exchange(code, self.callback.of(urls), pending.verifier or "")
        user = self.handler.fetch_user(token)
        return SignedIn(user, self.server.scopes.for_person(pending.scope, user), token)

    def _way_back(self, pending: PendingAuthorization, urls: Urls, error: ProviderError) -> str:
        if pending.client_id == ACCOUNT:
            return urls.to("/account")
        return self._refuse(pending, urls, _error_for_client(error))

    def _welcome(self, signed_in: SignedIn, urls: Urls) -> Arrival:
        """Take no more of the sign-in than who it was: no grant comes of it, and the provider's token ends."""
        user = signed_in.user
        log.info("%s (%r) signed in for the account page", user.subject, user.username)
        self.server.audit.record("account_opened", subject=user.subject, username=user.username)
        self._end_token(signed_in)
        return Arrival(urls.to("/account"), user)

    def _turn_away(self, pending: PendingAuthorization, signed_in: SignedIn, urls: Urls) -> NoReturn:
        user = signed_in.user
        log.warning("%s (%r) signed in with %s but may not come in", user.subject, user.username, user.provider)
        facts = {"client": pending.client_id, "subject": user.subject, "username": user.username}
        self.server.audit.record("person_refused", **facts)
        self._end_token(signed_in)
        location = self._refuse(pending, urls, AccessDeniedError("This person may not use this server."))
        raise PersonRefused(username=user.username, location=location)

    def _end_token(self, signed_in: SignedIn) -> None:
        self.unused_tokens.end(signed_in.user.subject, signed_in.provider_token, self.server.now())

    def _issue(self, pending: PendingAuthorization, signed_in: SignedIn, urls: Urls) -> str:
        request = authorization_request(pending.request, urls)
        grant = self.server.get_authorization_grant(request)
        response = self.server.create_authorization_response(request=request, grant_user=signed_in, grant=grant)
        if response.location is None:
            raise OAuth2Error("The client is not registered any more.", error="invalid_client")
        user, scope = signed_in.user, signed_in.scope
        log.info("%s (%r) signed in for client %s, scope: %s", user.subject, user.username, pending.client_id, scope)
        facts = {"client": pending.client_id, "subject": user.subject, "username": user.username, "scope": scope}
        self.server.audit.record("signed_in", **facts)
        return extended(response.location, {"iss": urls.issuer})

    def _refuse(self, pending: PendingAuthorization, urls: Urls, error: OAuth2Error) -> str:
        request = authorization_request(pending.request, urls)
        error.redirect_uri = self.server.get_consent_grant(request).redirect_uri
        error.state = pending.request.get("state")
        return error_location(error, urls)


def authorization_request(parameters: Mapping[str, str], urls: Urls) -> PlainRequest:
    """Return the authorization request with these parameters (RFC 6749 §4.1.1), as it came or as it was kept."""
    request = PlainRequest("GET", urls.to("/authorize"), parameters, {})
    request.urls = urls
    return request


def error_location(error: OAuth2Error, urls: Urls) -> str:
    """Return where to redirect for ``error``, whose redirect URI is proven (RFC 6749 §4.1.2.1, RFC 9207 §2)."""
    return extended(error.redirect_uri, {**dict(error.get_body()), "iss": urls.issuer})


def failure_of(error: ProviderError) -> type[ProviderFailed]:
    """Return what the person is told of ``error``: less than the log."""
    kinds = {ProviderDenied: DeclinedThere, ProviderUnavailable: ProviderAway, CallbackRefused: CallbackUnknown}
    return kinds.get(type(error), ProviderFailed)


def _error_for_client(error: ProviderError) -> OAuth2Error:
    if isinstance(error, ProviderDenied):
        return AccessDeniedError("The sign-in was declined at the identity provider.")
    if isinstance(error, ProviderUnavailable):
        return OAuth2Error("The identity provider cannot be reached.", error="temporarily_unavailable")
    return OAuth2Error("The identity provider did not complete the sign-in.", error="server_error")
