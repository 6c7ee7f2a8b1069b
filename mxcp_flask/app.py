"""The composition: settings become a store, an authorization server, a catalogue, a database, and a Flask app."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from flask import Flask

from mxcp_flask import __version__, logs
from mxcp_flask.config import Settings
from mxcp_flask.config.model import Auth, PostgresPersistence, Registration
from mxcp_flask.endpoints.catalogue import Catalogue, Follow, load_catalogue
from mxcp_flask.endpoints.sql_tools import with_sql_tools
from mxcp_flask.engine import Database, sql_inspector
from mxcp_flask.errors import ConfigurationError, DriverMissing, EndpointFaults
from mxcp_flask.host import Host
from mxcp_flask.mcp import McpServer
from mxcp_flask.meter import Meter
from mxcp_flask.metrics import open_meter
from mxcp_flask.oauth.account import Account
from mxcp_flask.oauth.audit import Audit, AuditFile, address
from mxcp_flask.oauth.bearer import BearerAuthentication
from mxcp_flask.oauth.call_limits import CallLimits
from mxcp_flask.oauth.client_documents import ClientDocuments
from mxcp_flask.oauth.measured_audit import MeasuredAudit
from mxcp_flask.oauth.provider_tokens import ProviderTokens
from mxcp_flask.oauth.registration_limits import RegistrationLimits
from mxcp_flask.oauth.scopes import ACCESS, ScopePolicy
from mxcp_flask.oauth.server import AuthorizationServer
from mxcp_flask.oauth.signin import SignIn
from mxcp_flask.oauth.tokens import Lifetimes
from mxcp_flask.outbound import Outbound
from mxcp_flask.providers import create_oauth_handler
from mxcp_flask.store import ConfiguredClients, Keyring, MemoryStore, SqliteStore, Store, measured
from mxcp_flask.web import (
    access,
    account,
    authorize,
    errors,
    guard,
    headers,
    health,
    mcp,
    metadata,
    pages,
    registration,
    token,
    trace,
)
from mxcp_flask.web.context import OAuth, Services
from mxcp_flask.web.hosts import Hosts
from mxcp_flask.web.metrics import metrics_blueprint
from mxcp_flask.web.prefix import PathPrefix
from mxcp_flask.web.provider import provider_blueprint
from mxcp_flask.web.synchronous import SynchronousFlask

log = logging.getLogger("mxcp.app")


def create_app(
    settings: Settings,
    *,
    clock: Callable[[], float] = time.time,
    store: Store | None = None,
    database: Database | None = None,
    catalogue: Catalogue | None = None,
    ignore_errors: bool = False,
    state_key: bytes | None = None,
    host: Host | None = None,
    meter: Meter | None = None,
) -> Flask:
    """Return the WSGI application of one project.

    ``store`` and ``database`` take the place of the configured ones, and ``catalogue`` that of what the endpoint files
    declare; ``ignore_errors`` serves the endpoints that can be loaded. ``state_key`` signs what clients carry between
    the rounds of a request, when no store has a key for it: processes that serve the same clients need the same one.
    ``host`` is the process that serves it. ``meter`` counts, in place of the configured one.

    Raises:
        ConfigurationError: the settings, the endpoint files or the installation cannot be used.
        StoreError: the OAuth state cannot be opened.

    """
    logs.protect()
    catalogue = catalogue or load_project(settings, ignore_errors=ignore_errors)
    host = host or Host()
    meter = meter or open_meter(enabled=settings.metrics.enabled, version=__version__)
    database = database or Database(settings.duckdb, host=host, meter=meter)
    oauth = _oauth(settings.auth, _scope_policy(settings.auth, catalogue), clock, store, meter)
    state_key = oauth.store.derived_key("request state") if oauth else state_key or secrets.token_bytes(32)
    app = SynchronousFlask("mxcp_flask", template_folder=str(_template_folder()), static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = settings.transport.max_request_bytes
    app.url_map.merge_slashes = False  # a redirect would answer a POST with a page
    app.extensions["mxcp"] = services = Services(
        settings=settings,
        clock=clock,
        hosts=Hosts(settings.transport, protected=settings.auth.provider != "none"),
        catalogue=catalogue,
        database=database,
        mcp=McpServer(
            catalogue,
            database,
            name=settings.project,
            version=__version__,
            private=settings.auth.provider != "none",
            page_size=settings.page_size,
            max_bytes=settings.duckdb.max_bytes,
            state_key=state_key,
            clock=clock,
            meter=meter,
        ),
        oauth=oauth,
        state_key=state_key,
        host=host,
        meter=meter,
    )
    _add_routes(app, services)
    if settings.transport.prefix:
        app.wsgi_app = PathPrefix(app, settings.transport.prefix)  # type: ignore[method-assign]
    return app


def renew_app(app: Flask, settings: Settings, *, ignore_errors: bool = False) -> Flask:
    """Return an application for ``settings`` and today's endpoint files that goes on with the state of ``app``.

    Database and store stay open, so that nobody is signed out and no file changes hands; only a read-only database goes
    on with the file that lies at its path now. What would need others (``duckdb``, ``persistence``,
    ``metrics.enabled``) stays as it was; the log says so. Raises what ``create_app`` raises, and DatabaseNotUsable when
    the new file is no database.
    """
    services: Services = app.extensions["mxcp"]
    before = services.settings
    for name, old, new in (
        ("duckdb", before.duckdb, settings.duckdb),
        ("auth.persistence", before.auth.persistence, settings.auth.persistence),
        ("metrics.enabled", before.metrics.enabled, settings.metrics.enabled),
    ):
        if old != new:
            log.warning("a change of %s takes effect at the next restart", name)
    store = services.oauth.store if services.oauth else None
    auth = replace(settings.auth, persistence=before.auth.persistence) if store else settings.auth
    metrics = replace(settings.metrics, enabled=before.metrics.enabled)
    kept = replace(settings, duckdb=before.duckdb, auth=auth, metrics=metrics)
    if services.database.renew():
        log.warning("%s was replaced; calls go on with the new file", before.duckdb.path)
    return create_app(
        kept,
        clock=services.clock,
        store=store,
        database=services.database,
        ignore_errors=ignore_errors,
        state_key=services.state_key,
        host=services.host,
        meter=services.meter,
    )


def load_project(settings: Settings, *, ignore_errors: bool = False) -> Catalogue:
    """Return the project's catalogue. Raises EndpointFaults when a file cannot be loaded, unless told to ignore it."""
    catalogue = read_catalogue(settings)
    if catalogue.faults and not ignore_errors:
        first = str(catalogue.faults[0]).rstrip(".")
        raise EndpointFaults(count=len({fault.path for fault in catalogue.faults}), first=first)
    return catalogue


def read_catalogue(settings: Settings, follow: Follow = iter) -> Catalogue:
    """Return what the project's endpoint files declare, faults, and built-in tools; ``follow`` gives the files."""
    with sql_inspector() as inspect:
        catalogue = load_catalogue(settings.project_dir, skip={settings.user_file}, inspect_sql=inspect, follow=follow)
    tools = settings.sql_tools
    return with_sql_tools(catalogue, tools.required_scopes, write=tools.write) if tools.enabled else catalogue


def open_store(auth: Auth, *, new_key: bool = False) -> Store:
    """Return the configured store, opened and checked; with ``new_key`` its key file gets a new first key.

    Raises:
        StoreError: it cannot be opened.
        DriverMissing: it is PostgreSQL, and psycopg is not installed.

    """
    if auth.persistence is None:
        return MemoryStore()
    if isinstance(auth.persistence, PostgresPersistence):
        store = _open_postgres(auth.persistence)
    else:
        keys, path = auth.persistence.encryption_keys, auth.persistence.path
        store = SqliteStore(path, Keyring.parse(keys) if keys else Keyring.beside(path, new_key=new_key))
    store.check()
    return store


def _open_postgres(persistence: PostgresPersistence) -> Store:
    try:
        from mxcp_flask.store.postgres import PostgresStore
    except ImportError as error:
        raise DriverMissing(reason=str(error)) from error
    return PostgresStore(persistence.url, Keyring.parse(persistence.encryption_keys), persistence.pool_size)


def open_audit(auth: Auth, clock: Callable[[], float]) -> Audit:
    """Return the configured audit. Raises FileNotWritable when its file cannot be."""
    return AuditFile(auth.audit_path, clock) if auth.audit_path else Audit()


def _oauth(
    auth: Auth, scopes: ScopePolicy, clock: Callable[[], float], store: Store | None, meter: Meter
) -> OAuth | None:
    handler = create_oauth_handler(auth, clock)
    if handler is None:
        return None
    store = store or open_store(auth)
    audit = open_audit(auth, clock)
    if meter.is_counting:
        store, audit = measured(store, meter), MeasuredAudit(audit, meter, handler.name)
    clients = ConfiguredClients(store, auth.clients)
    limits = RegistrationLimits(store, clock, auth.registration.rate_limit, auth.registration.total_limit)
    documents = _documents(auth.registration, clients, clock, limits)
    server = AuthorizationServer(clients, store, scopes, _lifetimes(auth), clock, handler.name, audit, documents)
    return OAuth(
        store=store,
        server=server,
        signin=SignIn(server, handler),
        bearer=BearerAuthentication(store, scopes, handler.name, clock),
        scopes=scopes,
        provider_tokens=ProviderTokens(store, handler, clock, audit),
        limits=limits,
        calls=CallLimits(store, clock, audit, auth.limits.calls_per_person, auth.limits.calls_per_client),
        audit=audit,
        account=Account(server),
    )


def _documents(
    ways: Registration, clients: ConfiguredClients, clock: Callable[[], float], limits: RegistrationLimits
) -> ClientDocuments | None:
    if not ways.documents:
        return None
    ca_file = str(ways.document_ca_file) if ways.document_ca_file else None
    outbound = Outbound(allow_hosts=ways.document_hosts, ca_file=ca_file)
    return ClientDocuments(outbound, clients, clock, lambda: limits.admit(address.get()))


def _lifetimes(auth: Auth) -> Lifetimes:
    tokens = auth.tokens
    return Lifetimes(tokens.access_ttl, tokens.refresh_ttl, tokens.code_ttl, grace=tokens.refresh_grace)


def _scope_policy(auth: Auth, catalogue: Catalogue) -> ScopePolicy:
    authorization = auth.authorization
    named = [ACCESS, *authorization.required_scopes, *authorization.scope_grants]
    named += [scope for client in auth.clients for scope in client.allowed_scopes]
    for endpoints in (catalogue.tools, catalogue.resources, catalogue.prompts):
        named += [scope for endpoint in endpoints.values() for scope in endpoint.required_scopes]
    return ScopePolicy(
        required=authorization.required_scopes,
        known=tuple(dict.fromkeys(named)),
        allow=authorization.allow,
        scope_grants=authorization.scope_grants,
        descriptions=authorization.scope_descriptions,
    )


def _add_routes(app: Flask, services: Services) -> None:
    app.before_request(access.begin)
    app.before_request(guard.enter)
    app.teardown_request(access.forget)
    app.after_request(access.finish)  # Flask begins with the last that is registered
    app.after_request(headers.add_headers)
    app.after_request(trace.trace)
    errors.init_app(app)
    for blueprint in (mcp.blueprint, pages.blueprint, health.blueprint):
        app.register_blueprint(blueprint)
    if services.settings.metrics.enabled:
        app.register_blueprint(metrics_blueprint(services.settings.metrics.path))
    if services.oauth is None:
        return
    for blueprint in (authorize.blueprint, account.blueprint, token.blueprint, metadata.blueprint):
        app.register_blueprint(blueprint)
    app.register_blueprint(provider_blueprint(services.oauth.signin.handler))
    if services.settings.auth.registration.enabled:
        app.register_blueprint(registration.blueprint)


def _template_folder() -> Path:
    # A wheel has the templates inside the package; a checkout has them beside it.
    inside = Path(__file__).resolve().parent / "templates"
    folder = inside if inside.is_dir() else inside.parent.parent / "templates"
    if not (folder / "base.html").is_file():
        raise ConfigurationError(reason=f"the installation has no page templates in {folder}")
    return folder
