"""The user file: who may sign in, and where the server listens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from marshmallow import ValidationError, fields, post_load, validates_schema

from mxcp_flask.config.auth_section import CREDENTIALS, auth_schema, entries_of, repeated
from mxcp_flask.config.fields import UNKNOWN_KEY, FileSchema, ListOf, MapOf, Section, Text, Version
from mxcp_flask.config.logging_section import LoggingSchema
from mxcp_flask.config.metrics_section import MetricsSchema
from mxcp_flask.config.references import Resolver, change_at, unset_error, value_at
from mxcp_flask.config.report import Report
from mxcp_flask.config.transport_section import TransportSchema
from mxcp_flask.documents import Document, Fault, KeyPath
from mxcp_flask.engine import Secret
from mxcp_flask.errors import ConfigurationError, FileNotReadable, IncompleteProvider, ProviderNotAvailable
from mxcp_flask.providers import PROVIDERS

_FOREIGN = "references to Vault and 1Password are not supported; use an environment variable, ${NAME}"


class SecretSchema(FileSchema):
    """One of a profile's ``secrets``."""

    name = Text(required=True)
    type = Text(required=True)
    parameters = MapOf(keys=Text(), values=fields.Raw(), required=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Secret:
        """Return the dataclass."""
        return Secret(**data)


class ProfileSchema(FileSchema):
    """``projects.<project>.profiles.<profile>``. What is Raw here belongs to upstream's other features."""

    auth = Section(auth_schema, allow_none=True)
    secrets = ListOf(Section(SecretSchema))
    plugin = fields.Raw(allow_none=True)
    telemetry = fields.Raw(allow_none=True)

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def check_secret_names(self, _data: dict[str, Any], original: Any, **_: Any) -> None:
        """Refuse a secret's name that an earlier secret has."""
        faults = repeated(entries_of(original, "secrets"), "name")
        if faults:
            raise ValidationError({"secrets": faults})


class ProjectSchema(FileSchema):
    """``projects.<project>``."""

    profiles = MapOf(keys=Text(), values=Section(ProfileSchema, allow_none=True), allow_none=True)


class UserFileSchema(FileSchema):
    """The whole file. What is Raw here belongs to upstream's other features."""

    mxcp = Version()
    projects = MapOf(keys=Text(), values=Section(ProjectSchema, allow_none=True), allow_none=True)
    transport = Section(TransportSchema, allow_none=True)
    models = fields.Raw(allow_none=True)
    vault = fields.Raw(allow_none=True)
    onepassword = fields.Raw(allow_none=True)
    metrics = Section(MetricsSchema, allow_none=True)
    logging = Section(LoggingSchema, allow_none=True)


def check_user_file(document: Document, active: KeyPath, environ: Mapping[str, str], report: Report) -> Document:
    """Return the document with the references of the server's own sections and of the ``active`` profile resolved.

    What is wrong goes to ``report``. Of other profiles only unknown keys are: their references stay unresolved, so that
    nothing can be said about the values. Raises FileNotReadable when an alias contains itself.
    """
    resolver = Resolver(environ)
    data = _resolve(document, active, resolver)
    _report_references(document, resolver, report)
    unresolved = {".".join(str(key) for key in place) for place in resolver.unresolved()}
    for fault in _faults_of_schema(document, data, active):
        if fault.where not in unresolved:
            report.add_fault(fault)
    if (*active, "auth", "provider") not in resolver.unresolved():
        _report_provider(document, data, (*active, "auth"), report)
    return replace(document, data=data)


def _resolve(document: Document, active: KeyPath, resolver: Resolver) -> Any:
    data = {} if document.data is None else document.data
    try:
        for where in (("transport",), ("logging",), ("metrics",), active):
            data = change_at(data, where, partial(resolver.resolve, where=where))
    except RecursionError as error:
        raise FileNotReadable(path=document.path, reason="an alias contains itself") from error
    return data


def _report_references(document: Document, resolver: Resolver, report: Report) -> None:
    for name, places in resolver.unset.items():
        error = unset_error(document, name, places)
        report.add_fault(document.fault(places[0], _sentence(error)), error)
    for place in resolver.foreign:
        report.add_fault(document.fault(place, _FOREIGN))


def _faults_of_schema(document: Document, data: Any, active: KeyPath) -> Iterator[Fault]:
    for where in _profiles(data):
        if where == active:
            continue
        faults = document.faults(ProfileSchema().validate(value_at(data, where) or {}), where)
        yield from (fault for fault in faults if fault.message == UNKNOWN_KEY)
        data = change_at(data, where, lambda _: None)
    yield from document.faults(UserFileSchema().validate(data))


def _profiles(data: Any) -> list[KeyPath]:
    projects = value_at(data, ("projects",))
    return [
        ("projects", project, "profiles", profile)
        for project in _keys(projects)
        for profile in _keys(value_at(projects, (project, "profiles")))
    ]


def _keys(data: Any) -> list[Any]:
    return list(data) if isinstance(data, Mapping) else []


def _report_provider(document: Document, data: Any, where: KeyPath, report: Report) -> None:
    name = value_at(data, (*where, "provider"))
    if not isinstance(name, str) or not name.strip() or name == "none":
        return
    if name not in PROVIDERS:
        error: ConfigurationError = ProviderNotAvailable(name=name, available=", ".join(["none", *PROVIDERS]))
        report.add_fault(document.fault((*where, "provider"), _sentence(error)), error)
        return
    missing = [key for key in CREDENTIALS if _is_blank(value_at(data, (*where, name, key)))]
    if missing:
        error = IncompleteProvider(title=PROVIDERS[name].title, missing=", ".join(missing))
        report.add_fault(document.fault((*where, name), _sentence(error)), error)


def _is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _sentence(error: ConfigurationError) -> str:
    return str(error).rstrip(".")
