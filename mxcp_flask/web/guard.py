"""The scope guard: nobody reaches the MCP endpoint without a token that has all required scopes."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import partial

from flask import request

from mxcp_flask.errors import InMemoryStateShared, ScopeMissing
from mxcp_flask.mcp import Caller
from mxcp_flask.oauth import audit
from mxcp_flask.oauth.provider_tokens import ProviderTokens
from mxcp_flask.records import ANONYMOUS, Grant, Identity
from mxcp_flask.web.context import current_request, g, oauth, services
from mxcp_flask.web.prefix import mount_of
from mxcp_flask.web.request_headers import RequestHeaders

_OF_WATCHERS = frozenset({"health.health", "health.ready", "metrics.metrics"})


def find_urls() -> None:
    """Before every request but those of who watches the server: learn our URLs from it, or refuse its Host."""
    current = current_request()
    if current.endpoint not in _OF_WATCHERS:
        mount = mount_of(current.environ)
        g.urls = services().hosts.urls(RequestHeaders(current.environ), current.remote_addr, mount)


def refuse_shared_memory() -> None:
    """Before every request: state in memory cannot be shared by worker processes (PEP 3333, wsgi.multiprocess)."""
    auth = services().settings.auth
    if auth.provider != "none" and auth.persistence is None and request.environ.get("wsgi.multiprocess"):
        raise InMemoryStateShared(workers="several")


def note_address() -> None:
    """Before every request: let the audit know where it came from."""
    current = current_request()
    audit.address.set(services().hosts.address(RequestHeaders(current.environ), current.remote_addr))


def guard() -> None:
    """Before every request of the MCP blueprint: Origin, then token, then scopes, then the provider's token.

    Leaves the person, token and grant in ``g``; all None with ``provider: none``.
    """
    g.user = g.token = g.grant = None
    all_services, environ = services(), current_request().environ
    all_services.hosts.check_origin(environ.get("HTTP_ORIGIN"), g.urls)
    side = all_services.oauth
    if side is None:
        return
    token, grant = side.bearer.authenticate(environ.get("HTTP_AUTHORIZATION"), g.urls)
    scope = side.scopes.for_person(token.scope, grant.user)  # what was taken away since counts at once
    g.token, g.grant, g.user, g.scope = token, grant, grant.user, scope
    missing = side.scopes.missing(scope)
    if missing:
        raise ScopeMissing(missing=" ".join(missing), needed=missing)
    g.grant = side.provider_tokens.alive(grant)


def current_caller() -> Caller:
    """Return who the guarded request is for."""
    grant = g.grant
    if grant is None:
        return Caller(identity=ANONYMOUS, scopes=None)
    side = oauth()
    return Caller(
        identity=_identity(grant, side.provider_tokens),
        scopes=frozenset(g.scope.split()),
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
