"""Where a project's server is, for those who only want to call it: they need not have what it needs to run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from mxcp_flask.config.model import Transport
from mxcp_flask.config.paths import find_places
from mxcp_flask.config.references import Resolver, unset_error, value_at
from mxcp_flask.config.report import Report
from mxcp_flask.config.transport_section import TransportSchema
from mxcp_flask.documents import Document, load_document
from mxcp_flask.errors import FileNotReadable


def load_transport(project_dir: Path, environ: Mapping[str, str]) -> Transport:
    """Return what the user file's ``transport`` section says; the rest of the file is not looked at.

    Raises:
        ConfigurationError: the file cannot be read, or something in the section is wrong.

    """
    document = _read(find_places(project_dir, environ).user_file(environ), environ)
    resolver, report = Resolver(environ), Report()
    section = resolver.resolve(value_at(document.data, ("transport",)) or {}, ("transport",))
    for name, places in resolver.unset.items():
        report.add_error(unset_error(document, name, places))
    report.raise_all()
    for fault in document.faults(TransportSchema().validate(section), ("transport",)):
        report.add_fault(fault)
    report.raise_all()
    transport: Transport = TransportSchema().load(section)
    return transport


def _read(path: Path, environ: Mapping[str, str]) -> Document:
    try:
        return load_document(path)
    except FileNotReadable as error:
        if environ.get("MXCP_CONFIG") or not isinstance(error.__cause__, FileNotFoundError):
            raise
        return Document(path, {}, {})
