"""What the server remembers: people, clients, grants, codes and tokens.

Every secret is kept as its SHA-256 (``…_hash``, 64 hex digits); the few that must be replayed to the provider are
marked ``repr=False`` so that no log shows them. Times are whole seconds since the epoch, UTC.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, ClientMixin, TokenMixin, list_to_scope, scope_to_list

from mxcp_flask.digests import digest
from mxcp_flask.redirect_uris import matches

Stage = Literal["consent", "provider", "done"]
TokenKind = Literal["access", "refresh"]


@dataclass(frozen=True)
class Site:
    """A place at the provider where the person's data is, such as an Atlassian cloud."""

    id: str
    name: str
    url: str


@dataclass(frozen=True)
class User:
    """A person, as the identity provider described them at sign-in."""

    provider: str
    id: str  # the provider's immutable identifier, never a login or an e-mail address
    username: str
    name: str | None = None
    email: str | None = None  # only ever a verified address
    username_unique: bool = False  # the provider lets nobody else have it at the same time
    organizations: tuple[str, ...] = ()  # that the provider vouches for
    instance_url: str | None = None  # where the person's own API is, when that differs from person to person
    sites: tuple[Site, ...] = ()

    @property
    def subject(self) -> str:
        """Return the name of this person among all providers', such as ``github:4711``."""
        return f"{self.provider}:{self.id}"


@dataclass(frozen=True)
class ProviderToken:
    """What the identity provider issued for a person (RFC 6749 §5.1)."""

    access_token: str = field(repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    expires_at: int | None = None  # None: the provider did not say
    scope: str = ""
    instance_url: str | None = None  # as the provider gave it, not yet believed


@dataclass(frozen=True)
class Client(ClientMixin):  # type: ignore[misc]
    """An OAuth client (RFC 7591 §2), configured or registered."""

    client_id: str
    name: str
    redirect_uris: tuple[str, ...]
    grant_types: tuple[str, ...] = ("authorization_code",)
    scopes: tuple[str, ...] = ()  # asked for when a request names none
    allowed_scopes: tuple[str, ...] = ()  # the most a request may name; the scope policy fills it for registered ones
    secret_hash: str | None = field(default=None, repr=False)
    token_endpoint_auth_method: str = "none"  # noqa: S105
    issued_at: int = 0
    configured: bool = False
    last_used_at: int | None = None  # None: nobody ever signed in with it
    fresh_until: int | None = None  # of a client metadata document, when it must be read again; None: no document

    def get_client_id(self) -> str:
        """Return the client identifier (RFC 6749 §2.2)."""
        return self.client_id

    def get_default_redirect_uri(self) -> str | None:
        """Return the only redirect URI, or None when a request must name one (RFC 6749 §3.1.2.3)."""
        return self.redirect_uris[0] if len(self.redirect_uris) == 1 else None

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """Return the part of ``scope`` that the client may have, or None when nothing is left (RFC 6749 §3.3)."""
        asked = scope_to_list(scope) or self.scopes
        return list_to_scope([s for s in dict.fromkeys(asked) if s in self.allowed_scopes]) or None

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Tell whether ``redirect_uri`` is one of the client's, the port of a loopback host being free."""
        return any(matches(registered, redirect_uri) for registered in self.redirect_uris)

    def check_client_secret(self, client_secret: str) -> bool:
        """Compare a presented secret in constant time."""
        return self.secret_hash is not None and hmac.compare_digest(self.secret_hash, digest(client_secret))

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:  # noqa: ARG002
        """Tell whether the client may authenticate by ``method``; a secret may come either way."""
        return (method == "none") == (self.secret_hash is None)

    def check_response_type(self, response_type: str) -> bool:
        """Tell whether the client may use ``response_type``."""
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        """Tell whether the client may use ``grant_type``."""
        return grant_type in self.grant_types


@dataclass(frozen=True)
class PendingAuthorization:
    """An authorization request on its way: shown to the person, then at the provider, then done."""

    handle_hash: str
    client_id: str
    request: dict[str, str]  # the parameters of RFC 6749 §4.1.1 and RFC 8707, as they came
    scope: str  # what the consent page named
    resource: str
    csrf_hash: str
    browser_hash: str
    expires_at: int
    stage: Stage = "consent"
    state_hash: str | None = None  # of the state sent to the provider
    verifier: str | None = field(default=None, repr=False)  # of our own PKCE pair with the provider


@dataclass(frozen=True)
class Grant:
    """One person's consent for one client: the family of a code and all tokens that came from it."""

    id: str
    client_id: str
    user: User
    scope: str
    resource: str
    created_at: int
    expires_at: int
    provider_token: ProviderToken | None = field(default=None, repr=False)
    revoked_at: int | None = None


@dataclass(frozen=True)
class AuthorizationCode(AuthorizationCodeMixin):  # type: ignore[misc]
    """An authorization code (RFC 6749 §4.1.2), bound to client, redirect URI, challenge and resource."""

    code_hash: str
    grant_id: str
    client_id: str
    redirect_uri: str
    scope: str
    resource: str
    code_challenge: str
    expires_at: int
    used_at: int | None = None
    code_challenge_method: str = "S256"

    def get_redirect_uri(self) -> str:
        """Return the redirect URI that the token request must repeat."""
        return self.redirect_uri

    def get_scope(self) -> str:
        """Return the granted scopes, separated by spaces."""
        return self.scope


@dataclass(frozen=True)
class Token(TokenMixin):  # type: ignore[misc]
    """An access or refresh token of ours."""

    token_hash: str
    kind: TokenKind
    grant_id: str
    client_id: str
    scope: str
    resource: str
    issued_at: int
    expires_at: int
    used_at: int | None = None  # of a refresh token: when it was first rotated
    uses: int = 0  # how often it was rotated

    def check_client(self, client: Client) -> bool:
        """Tell whether the token was issued to ``client``."""
        return self.client_id == client.client_id

    def get_scope(self) -> str:
        """Return the granted scopes, separated by spaces."""
        return self.scope

    def get_expires_in(self) -> int:
        """Return the token's lifetime in seconds, counted from its issue."""
        return self.expires_at - self.issued_at


@dataclass(frozen=True)
class Identity:
    """Who a request's SQL runs as; empty strings when nobody is signed in."""

    username: str = ""
    provider: str = ""
    email: str = ""
    external_token: str = field(default="", repr=False)
    instance_url: str = ""
    sites: str = ""  # JSON: a list of objects with id, name and url
    renew: Callable[[], str] | None = field(default=None, repr=False, compare=False)  # gives a new external_token


ANONYMOUS = Identity()


@dataclass(frozen=True)
class People:
    """A list of people, by ``users`` (``github:<id>`` or the login) and verified ``emails`` (whole or ``*@domain``)."""

    users: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()

    def includes(self, user: User) -> bool:
        """Tell whether ``user`` is on the list; nothing but the case of ASCII letters is forgiven.

        What a person can choose freely counts for nothing: neither a username that others may have too, nor one that
        looks like a subject.
        """
        return (
            _any_same(self.users, self._names(user))
            or _any_same(self.organizations, user.organizations)
            or _any_same(self.emails, _email_forms(user.email or ""))
        )

    @staticmethod
    def _names(user: User) -> tuple[str, ...]:
        usable = user.username_unique and ":" not in user.username
        return (user.subject, user.username) if usable else (user.subject,)


def _email_forms(email: str) -> tuple[str, ...]:
    # An address with several @ belongs to no domain that we could be sure of.
    return (email, "*@" + email.partition("@")[2]) if email.count("@") == 1 else ()


def _any_same(listed: tuple[str, ...], found: tuple[str, ...]) -> bool:
    return any(_folded(one) == _folded(other) for one in listed for other in found)


def _folded(name: str) -> str:
    # Unicode's case folding would make different domains, and different logins, the same.
    return name.lower() if name.isascii() else name
