"""The scope guard: nobody reaches the MCP endpoint without a token that has all required scopes."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import partial

from mxcp_flask.errors import InMemoryStateShared, ScopeMissing
from mxcp_flask.mcp import Caller
from mxcp_flask.oauth import audit
from mxcp_flask.oauth.provider_tokens import ProviderTokens
from mxcp_flask.records import ANONYMOUS, Grant, Identity
from mxcp_flask.web.context import context, current_request, g, oauth, services
from mxcp_flask.web.prefix import mount_of
from mxcp_flask.web.request_headers import RequestHeaders

_OF_WATCHERS = frozenset({"health.health", "health.ready", "metrics.metrics"})


def enter() -> None:
    """Before every request: refuse what can never work, note where it came from, and learn our URLs from it.

    Raises:
        InMemoryStateShared: state in memory cannot be shared by worker processes (PEP 3333, wsgi.multiprocess).
        HostRefused, HostNotBase, ForwardedUnclear: as ``Hosts.urls`` says; not to those who watch the server.

    """
    current, side = current_request(), services()
    auth, environ = side.settings.auth, current.environ
    if auth.provider != "none" and auth.persistence is None and environ.get("wsgi.multiprocess"):
        raise InMemoryStateShared(workers="several")
    headers, peer = RequestHeaders(environ), current.remote_addr
    audit.address.set(side.hosts.address(headers, peer))
    if current.endpoint not in _OF_WATCHERS:
        g.urls = side.hosts.urls(headers, peer, mount_of(environ))


def guard() -> None:
    """Before every request of the MCP blueprint: Origin, then token, then scopes, then the provider's token.

    Leaves the person, token and grant in the context; all None with ``provider: none``.
    """
    here, all_services, environ = context(), services(), current_request().environ
    here.user = here.token = here.grant = None
    all_services.hosts.check_origin(environ.get("HTTP_ORIGIN"), here.urls)
    side = all_services.oauth
    if side is None:
        return
    token, grant = side.bearer.authenticate(environ.get("HTTP_AUTHORIZATION"), here.urls)
    scope = side.scopes.for_person(token.scope, grant.user)  # what was taken away since counts at once
    here.token, here.grant, here.user, here.scope = token, grant, grant.user, scope
    missing = side.scopes.missing(scope)
    if missing:
        raise ScopeMissing(missing=" ".join(missing), needed=missing)
    here.grant = side.provider_tokens.alive(grant)


def current_caller() -> Caller:
    """Return who the guarded request is for."""
    here = context()
    grant = here.grant
    if grant is None:
        return Caller(identity=ANONYMOUS, scopes=None)
    side = oauth()
    return Caller(
        identity=_identity(grant, side.provider_tokens),
        scopes=frozenset(here.scope.split()),
        principal=f"{grant.user.subject} {grant.client_id}",
        grant=grant.id,
        admit=partial(side.calls.admit, grant),
    )


def _identity(grant: Grant, provider_tokens: ProviderTokens) -> Identity:
    token = grant.provider_token
    return Identity(
        username=grant.user.username,
        provider=grant.user.provider,
        email=grant.user.email or "",
        external_token=token.access_token if token else "",
        instance_url=grant.user.instance_url or "",
        renew=partial(_renewed_token, grant, provider_tokens),
        sites=json.dumps([asdict(site) for site in grant.user.sites]) if grant.user.sites else "",
    )


def _renewed_token(grant: Grant, provider_tokens: ProviderTokens) -> str:
    """Return the person's new token at the provider, which refused the old one; the old one when there is none."""
    token = provider_tokens.renewed(grant).provider_token
    return token.access_token if token else ""
