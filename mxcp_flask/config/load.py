"""Finds the project, reads both files and reports everything that is wrong with them at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from marshmallow import ValidationError

from mxcp_flask.config import checks
from mxcp_flask.config.auth import make_auth
from mxcp_flask.config.database import make_database, read_overrides
from mxcp_flask.config.logging_section import LoggingSchema, make_logging
from mxcp_flask.config.metrics_section import MetricsSchema
from mxcp_flask.config.model import Auth, MetricsSettings, Persistence, Settings, SqlTools
from mxcp_flask.config.paths import Places, find_places
from mxcp_flask.config.references import value_at
from mxcp_flask.config.report import Report
from mxcp_flask.config.site_file import SITE_FILE, SiteFileSchema, check_site_file
from mxcp_flask.config.transport_section import TransportSchema, check_encryption
from mxcp_flask.config.user_file import ProfileSchema, check_user_file
from mxcp_flask.documents import Document, KeyPath, load_document
from mxcp_flask.errors import ConfigurationError, FileNotReadable, ProjectNotFound
from mxcp_flask.logs import LogSettings
from mxcp_flask.logs.files import rotated
from mxcp_flask.redirect_uris import host_of


def find_project(start: Path) -> Path:
    """Return the folder with mxcp-site.yml at or above ``start``; raises ProjectNotFound."""
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / SITE_FILE).is_file():
            return folder
    raise ProjectNotFound(folder=start)


def load_settings(project_dir: Path, environ: Mapping[str, str], *, profile: str | None = None) -> Settings:
    """Return the settings of the project for ``profile``, else for $MXCP_PROFILE, else for the site file's.

    Raises:
        FileNotReadable: the site file, or the user file that $MXCP_CONFIG names, cannot be read or is not YAML.
        UnsetVariable, IncompleteProvider, ProviderNotAvailable: it is the only fault.
        ConfigurationFaults: any other fault, or several, a line each.

    """
    report = Report()
    checked = _check(project_dir, environ, profile, report)
    report.raise_all()
    return _make_settings(checked)


@dataclass(frozen=True)
class _Checked:
    places: Places
    profile: str
    site: Document
    user: Document  # references resolved
    active: KeyPath  # of the profile in the user file
    overrides: Mapping[str, Any]  # of the site file's duckdb section


def _check(project_dir: Path, environ: Mapping[str, str], profile: str | None, report: Report) -> _Checked:
    places = find_places(project_dir, environ)
    site = load_document(places.project_dir / SITE_FILE)
    check_site_file(site, report)
    name = _choose_profile(profile or environ.get("MXCP_PROFILE"), site, report)
    active = ("projects", _text(site, "project"), "profiles", name)
    user = check_user_file(_read_user_file(places.user_file(environ), environ, report), active, environ, report)
    _check_secrets(site, user, active, report)
    check_encryption(user, active, report)
    return _Checked(places, name, site, user, active, read_overrides(environ, report))


def _choose_profile(asked: str | None, site: Document, report: Report) -> str:
    if not asked:
        return _text(site, "profile")
    try:
        checks.profile_name(asked)
    except ValidationError as error:
        report.add_error(ConfigurationError(reason=f"a profile's name {error.messages[0]}, so '{asked}' cannot be one"))
    return asked


def _text(site: Document, key: str) -> str:
    value = value_at(site.data, (key,))
    return value if isinstance(value, str) else ""


def _read_user_file(path: Path, environ: Mapping[str, str], report: Report) -> Document:
    try:
        return load_document(path)
    except FileNotReadable as error:
        if environ.get("MXCP_CONFIG") or not isinstance(error.__cause__, FileNotFoundError):
            report.add_error(error)
        return Document(path, {}, {})


def _check_secrets(site: Document, user: Document, active: KeyPath, report: Report) -> None:
    listed, defined = value_at(site.data, ("secrets",)), value_at(user.data, (*active, "secrets"))
    names = [value_at(secret, ("name",)) for secret in (defined if isinstance(defined, list) else [])]
    for index, name in enumerate(listed if isinstance(listed, list) else [listed]):
        if isinstance(name, str) and name not in names:
            place = ".".join(str(key) for key in (*active, "secrets"))
            report.add_fault(site.fault(("secrets", index), f"is not defined in {user.path} under {place}"))


def _make_settings(checked: _Checked) -> Settings:
    site = SiteFileSchema().load(checked.site.data)
    profile = ProfileSchema().load(value_at(checked.user.data, checked.active) or {})
    duckdb = value_at(site, ("profiles", checked.profile, "duckdb")) or {}
    secrets = site.get("secrets", ())
    tools = _make_sql_tools(site.get("sql_tools") or {})
    auth = make_auth(profile.get("auth") or {}, checked.places)
    logging = make_logging(LoggingSchema().load(_section(checked, "logging")), checked.places)
    database = make_database(
        {**duckdb, **checked.overrides},
        checked.profile,
        checked.places,
        model_may_write=tools.write,
        protected=(*_protected(checked, auth), *_log_files(logging)),
        provider_hosts=_provider_hosts(auth),
        secrets=tuple(secret for secret in profile.get("secrets", ()) if secret.name in secrets),
        extensions=site.get("extensions", ()),
    )
    return Settings(
        project_dir=checked.places.project_dir,
        project=site["project"],
        profile=checked.profile,
        transport=TransportSchema().load(_section(checked, "transport")),
        auth=auth,
        duckdb=database,
        sql_tools=tools,
        site_file=checked.site.path,
        user_file=checked.user.path,
        logging=logging,
        metrics=_make_metrics(checked, auth),
        **({"page_size": site["page_size"]} if "page_size" in site else {}),
    )


def _protected(checked: _Checked, auth: Auth) -> tuple[Path, ...]:
    """Return the files that SQL never sees: configuration, OAuth state, audit, wherever they lie."""
    state = auth.persistence.path if isinstance(auth.persistence, Persistence) else None
    named = (checked.site.path, checked.user.path, state, auth.audit_path, auth.registration.document_ca_file)
    return tuple(path for path in named if path is not None)


def _log_files(logging: LogSettings) -> tuple[Path, ...]:
    """Return the log file and what it is rotated to, which SQL never sees either."""
    path = logging.path
    return () if path is None else (path, *(Path(name) for name in rotated(path, logging.backup_count)))


def _make_metrics(checked: _Checked, auth: Auth) -> MetricsSettings:
    metrics: MetricsSettings = MetricsSchema().load(_section(checked, "metrics"))
    if metrics.enabled and auth.settings and auth.settings.callback_path == metrics.path:
        raise ConfigurationError(reason="metrics.path is the provider's callback_path; choose another for one of them")
    return metrics


def _section(checked: _Checked, name: str) -> Mapping[str, Any]:
    section: Mapping[str, Any] | None = value_at(checked.user.data, (name,))
    return section or {}


def _provider_hosts(auth: Auth) -> tuple[str, ...]:
    if auth.settings is None:
        return ()
    host = urlsplit(auth.settings.api_url or auth.settings.token_url)
    return (host_of(host),)


def _make_sql_tools(section: Mapping[str, Any]) -> SqlTools:
    return SqlTools(**{key: section[key] for key in ("enabled", "write", "required_scopes") if key in section})
