"""What a view can reach: the application's services, and the request's own values in ``g``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from flask import Request, current_app, request
from flask import g as flask_g

from mxcp_flask.config.model import Settings
from mxcp_flask.endpoints.catalogue import Catalogue
from mxcp_flask.engine import Database
from mxcp_flask.host import Host
from mxcp_flask.mcp import McpServer
from mxcp_flask.meter import Meter
from mxcp_flask.oauth.account import Account
from mxcp_flask.oauth.audit import Audit
from mxcp_flask.oauth.bearer import BearerAuthentication
from mxcp_flask.oauth.call_limits import CallLimits
from mxcp_flask.oauth.provider_tokens import ProviderTokens
from mxcp_flask.oauth.registration_limits import RegistrationLimits
from mxcp_flask.oauth.scopes import ScopePolicy
from mxcp_flask.oauth.server import AuthorizationServer
from mxcp_flask.oauth.signin import SignIn
from mxcp_flask.oauth.urls import Urls
from mxcp_flask.records import Grant, Token, User
from mxcp_flask.store.base import Store
from mxcp_flask.web.hosts import Hosts
from mxcp_flask.web.mismatch import find_mismatch, how_to_have


@dataclass(frozen=True)
class OAuth:
    """The OAuth side; there is none with ``provider: none``."""

    store: Store
    server: AuthorizationServer
    signin: SignIn
    bearer: BearerAuthentication
    scopes: ScopePolicy
    provider_tokens: ProviderTokens
    limits: RegistrationLimits
    calls: CallLimits
    audit: Audit
    account: Account


@dataclass(frozen=True)
class Services:
    """What ``app.py`` composed."""

    settings: Settings
    clock: Callable[[], float]
    hosts: Hosts
    catalogue: Catalogue
    database: Database
    mcp: McpServer
    oauth: OAuth | None
    state_key: bytes = field(repr=False)
    meter: Meter
    host: Host = field(default_factory=Host)


class Context:
    """What a request keeps in ``flask.g``."""

    #: The URLs of this server, as this request reaches it.
    urls: Urls
    #: Who is signed in, on a guarded route.
    user: User | None
    #: The access token's record, on a guarded route.
    token: Token | None
    #: The scopes of the token that the person may have today, on a guarded route.
    scope: str
    #: The grant that the token came from, on a guarded route.
    grant: Grant | None
    #: Names this request in the log, in its answer and on an error page.
    reference: str
    #: When the request began, on the clock of ``time.perf_counter``.
    began: float


if TYPE_CHECKING:
    g = Context()
else:
    g = flask_g


def current_request() -> Request:
    """Return the request itself: each use of Flask's stand-in looks it up again, which adds up on the way of a call."""
    current: Request = request._get_current_object()  # type: ignore[attr-defined]
    return current


def context() -> Context:
    """Return ``g`` itself, for whoever uses several of its values on the way of a call."""
    here: Context = flask_g._get_current_object()
    return here


def services() -> Services:
    """Return the application's services."""
    return cast("Services", current_app._get_current_object().extensions["mxcp"])  # type: ignore[attr-defined]


def oauth() -> OAuth:
    """Return the OAuth side; only called on routes that exist when there is one."""
    side = services().oauth
    if side is None:
        raise RuntimeError("an OAuth route without OAuth")
    return side


def current_mismatch() -> str | None:
    """Return, for the log, what shows that this request's browser is not where our URLs are; None when nothing does."""
    hosts = services().hosts
    trusted = hosts.trusts(request.remote_addr)
    return find_mismatch(dict(request.headers), g.urls.base, hosts.transport, trusted=trusted)


def how_to_have_tls() -> str:
    """Return, for the log, what shows or mends that our URLs begin with http."""
    hosts = services().hosts
    return current_mismatch() or how_to_have("https", hosts.transport, trusted=hosts.trusts(request.remote_addr))
