"""Read one endpoint file: a tool, a resource or a prompt, or what keeps it from being one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from marshmallow import ValidationError

from mxcp_flask.documents import Document, Fault, load_document
from mxcp_flask.endpoints.attachments import read_attachments
from mxcp_flask.endpoints.file_schemas import file_schema
from mxcp_flask.endpoints.idle_keys import find_idle_keys
from mxcp_flask.endpoints.making import make_endpoint
from mxcp_flask.endpoints.model import KINDS, Endpoint, Found, Kind
from mxcp_flask.endpoints.schema_base import FileSchema
from mxcp_flask.endpoints.sql_checks import InspectSql, find_mismatches
from mxcp_flask.endpoints.stray_keys import find_stray_keys, loosens_protection
from mxcp_flask.errors import FileNotReadable

_VERSION = re.compile(r"1(\.0){0,2}")
_ENDPOINT_KEY = re.compile(rb"^[\"']?(?:mxcp|tool|resource|prompt)[\"']?\s*:", re.MULTILINE)


@dataclass(frozen=True)
class Project:
    """Where the files are, and what can read their SQL; None leaves the SQL unread."""

    folder: Path
    inspect_sql: InspectSql | None = None


@dataclass(frozen=True)
class Reading:
    """What a file gave; nothing at all when it is no endpoint file."""

    found: Found | None = None
    endpoint: Endpoint | None = None
    faults: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()


def read_endpoint(path: Path, project: Project) -> Reading:
    """Read the YAML file at ``path``; every fault comes with its place."""
    try:
        return _read(load_document(path), project)
    except FileNotReadable as error:
        return _unreadable(path, error)
    except RecursionError:
        return Reading(faults=(Fault(path, None, "", "is nested too deeply, or refers to itself"),))


def _unreadable(path: Path, error: FileNotReadable) -> Reading:
    fault = Fault(path, None, "", f"cannot be read: {error.facts['reason']}")
    return Reading(faults=(fault,)) if _looks_like_endpoint(path) else Reading(warnings=(fault,))


def _looks_like_endpoint(path: Path) -> bool:
    try:
        return _ENDPOINT_KEY.search(path.read_bytes()) is not None
    except OSError:
        return True  # what cannot be seen may be an endpoint


def _read(document: Document, project: Project) -> Reading:
    data = document.data
    if not isinstance(data, Mapping):
        return Reading()
    kinds = [kind for kind in KINDS if kind in data]
    if len(kinds) != 1:
        return _without_kind(document, kinds)
    found = _found(document.path, kinds[0], data[kinds[0]])
    if not found.enabled:
        return Reading(found)
    return _read_kind(document, found, project)


def _without_kind(document: Document, kinds: Sequence[str]) -> Reading:
    if not kinds and "mxcp" not in document.data:
        return Reading()
    if not kinds and "projects" in document.data:
        warning = "looks like a user configuration and is not read; point MXCP_CONFIG to it"
        return Reading(warnings=(document.fault((), warning),))
    has = f" (has {' and '.join(kinds)})" if kinds else ""
    return Reading(faults=(document.fault((), f"needs exactly one of tool, resource and prompt{has}"),))


def _found(path: Path, kind: Kind, declared: Any) -> Found:
    declared = _mapping(declared)
    name = declared.get("uri" if kind == "resource" else "name")
    return Found(path, kind, name if isinstance(name, str) else "", declared.get("enabled") is not False)


def _version_faults(document: Document) -> Iterable[Fault]:
    if "mxcp" not in document.data:
        yield document.fault((), "add mxcp: 1 at the top")
        return
    version = document.data["mxcp"]
    if isinstance(version, bool) or not _VERSION.fullmatch(str(version)):
        yield document.fault(("mxcp",), f"must be 1 (got {version})")


def _read_kind(document: Document, found: Found, project: Project) -> Reading:
    schema = file_schema(found.kind)
    data, faults = _load(schema, document)
    endpoint = _mapping(data.get(found.kind))
    attachments = read_attachments(document, found.kind, endpoint, project.folder)
    stray = list(find_stray_keys(schema, document.data))
    unprotected = [document.fault(*each) for each in stray if loosens_protection(str(each[0][-1]))]
    faults = (*_version_faults(document), *faults, *attachments.faults, *unprotected)
    if project.inspect_sql and not faults:
        mismatches = find_mismatches(found.kind, endpoint, attachments, project.inspect_sql)
        faults = tuple(document.fault(*each) for each in mismatches)
    warnings = tuple(document.fault(*each) for each in stray if not loosens_protection(str(each[0][-1])))
    if faults:
        return Reading(found, None, faults, warnings)
    idle = tuple(document.fault(*each) for each in find_idle_keys(found.kind, endpoint))
    made = make_endpoint(found.kind, document, endpoint, attachments)
    return Reading(found, made, warnings=(*warnings, *idle))


def _load(schema: FileSchema, document: Document) -> tuple[Mapping[str, Any], tuple[Fault, ...]]:
    try:
        return schema.load(document.data), ()
    except ValidationError as error:
        valid = error.valid_data if isinstance(error.valid_data, dict) else {}
        return valid, tuple(document.faults(error.messages))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
