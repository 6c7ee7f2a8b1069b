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
from mxcp_flask.web.context import g, oauth, services
from mxcp_flask.web.prefix import mount_of

_OF_WATCHERS = frozenset({"health.health", "health.ready", "metrics.metrics"})


def find_urls() -> None:
    """Before every request but those of who watches the server: learn our URLs from it, or refuse its Host."""
    if request.endpoint not in _OF_WATCHERS:
        mount = mount_of(request.environ)
        g.urls = services().hosts.urls(dict(request.headers), request.remote_addr, mount)


def refuse_shared_memory() -> None:
    """Before every request: state in memory cannot be shared by worker processes (PEP 3333, wsgi.multiprocess)."""
    auth = services().settings.auth
    if auth.provider != "none" and auth.persistence is None and request.environ.get("wsgi.multiprocess"):
        raise InMemoryStateShared(workers="several")


def note_address() -> None:
    """Before every request: let the audit know where it came from."""
    audit.address.set(services().hosts.address(dict(request.headers), request.remote_addr))


def guard() -> None:
    """Before every request of the MCP blueprint: Origin, then token, then scopes, then the provider's token.

    Leaves the person, token and grant in ``g``; all None with ``provider: none``.
    """
    g.user = g.token = g.grant = None
    services().hosts.check_origin(request.headers.get("Origin"), g.urls)
    side = services().oauth
    if side is None:
        return
    g.token, g.grant = side.bearer.authenticate(request.headers.get("Authorization"), g.urls)
    g.user = g.grant.user
    g.scope = side.scopes.for_person(g.token.scope, g.user)  # what was taken away since counts at once
    missing = side.scopes.missing(g.scope)
    if missing:
        raise ScopeMissing(missing=" ".join(missing), needed=missing)
    g.grant = side.provider_tokens.alive(g.grant)


def current_caller() -> Caller:
    """Return who the guarded request is for."""
    if g.grant is None or g.token is None:
        return Caller(identity=ANONYMOUS, scopes=None)
    return Caller(
        identity=_identity(g.grant),
        scopes=frozenset(g.scope.split()),
        principal=f"{g.grant.user.subject} {g.grant.client_id}",
        grant=g.grant.id,
        admit=partial(oauth().calls.admit, g.grant),
    )


def _identity(grant: Grant) -> Identity:
    token = grant.provider_token
    return Identity(
        username=grant.user.username,
        provider=grant.user.provider,
        email=grant.user.email or "",
        external_token=token.access_token if token else "",
        instance_url=grant.user.instance_url or "",
        renew=partial(_renewed_token, grant, oauth().provider_tokens),
        sites=json.dumps([asdict(site) for site in grant.user.sites]) if grant.user.sites else "",
    )


def _renewed_token(grant: Grant, provider_tokens: ProviderTokens) -> str:
    """Return the person's new token at the provider, which refused the old one; the old one when there is none."""
    token = provider_tokens.renewed(grant).provider_token
    return token.access_token if token else ""
