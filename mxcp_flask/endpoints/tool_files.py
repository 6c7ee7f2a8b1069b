"""Read one endpoint file: a tool, or what keeps it from being one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from marshmallow import ValidationError

from mxcp_flask.documents import Document, Fault, load_document
from mxcp_flask.endpoints.file_schema import ToolFileSchema
from mxcp_flask.endpoints.model import KINDS, Found, Parameter, Tool
from mxcp_flask.endpoints.sources import read_sql
from mxcp_flask.endpoints.stray_keys import find_stray_keys, loosens_protection
from mxcp_flask.endpoints.types import input_schema, output_schema
from mxcp_flask.errors import FileNotReadable

_VERSION = re.compile(r"1(\.0){0,2}")
_ENDPOINT_KEY = re.compile(rb"^[\"']?(?:mxcp|tool|resource|prompt)[\"']?\s*:", re.MULTILINE)


@dataclass(frozen=True)
class Reading:
    """What a file gave; nothing at all when it is no endpoint file."""

    found: Found | None = None
    tool: Tool | None = None
    faults: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()


def read_endpoint(path: Path, project_dir: Path) -> Reading:
    """Read the YAML file at ``path``; every fault comes with its place."""
    try:
        return _read(load_document(path), project_dir)
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


def _read(document: Document, project_dir: Path) -> Reading:
    data = document.data
    if not isinstance(data, Mapping):
        return Reading()
    kinds = [kind for kind in KINDS if kind in data]
    if len(kinds) != 1:
        return _without_kind(document, kinds)
    found = _found(document.path, kinds[0], data[kinds[0]])
    if not found.enabled:
        return Reading(found)
    if found.kind == "tool":
        return _read_tool(document, found, project_dir)
    return _not_served(document, found)


def _without_kind(document: Document, kinds: Sequence[str]) -> Reading:
    if not kinds and "mxcp" not in document.data:
        return Reading()
    if not kinds and "projects" in document.data:
        warning = "looks like a user configuration and is not read; point MXCP_CONFIG to it"
        return Reading(warnings=(document.fault((), warning),))
    has = f" (has {' and '.join(kinds)})" if kinds else ""
    return Reading(faults=(document.fault((), f"needs exactly one of tool, resource and prompt{has}"),))


def _found(path: Path, kind: str, declared: Any) -> Found:
    declared = _mapping(declared)
    name = declared.get("uri" if kind == "resource" else "name")
    return Found(path, kind, name if isinstance(name, str) else "", declared.get("enabled") is not False)


def _not_served(document: Document, found: Found) -> Reading:
    message = f"{found.kind}s are not served yet by this version; the file is left out"
    faults = tuple(_version_faults(document))
    return Reading(found, faults=faults, warnings=() if faults else (document.fault((found.kind,), message),))


def _version_faults(document: Document) -> Iterable[Fault]:
    if "mxcp" not in document.data:
        yield document.fault((), "add mxcp: 1 at the top")
        return
    version = document.data["mxcp"]
    if isinstance(version, bool) or not _VERSION.fullmatch(str(version)):
        yield document.fault(("mxcp",), f"must be 1 (got {version})")


def _read_tool(document: Document, found: Found, project_dir: Path) -> Reading:
    schema = ToolFileSchema()
    data, faults = _load(schema, document)
    sql, sql_faults = _load_sql(document, data, project_dir)
    stray = list(find_stray_keys(schema, document.data))
    unprotected = [document.fault(*each) for each in stray if loosens_protection(str(each[0][-1]))]
    faults = (*_version_faults(document), *faults, *sql_faults, *unprotected)
    warnings = tuple(document.fault(*each) for each in stray if not loosens_protection(str(each[0][-1])))
    return Reading(found, None if faults else _make_tool(document.path, data["tool"], sql), faults, warnings)


def _load(schema: ToolFileSchema, document: Document) -> tuple[Mapping[str, Any], tuple[Fault, ...]]:
    try:
        return schema.load(document.data), ()
    except ValidationError as error:
        valid = error.valid_data if isinstance(error.valid_data, dict) else {}
        return valid, tuple(document.faults(error.messages))


def _load_sql(document: Document, data: Mapping[str, Any], project_dir: Path) -> tuple[str, tuple[Fault, ...]]:
    source = _mapping(_mapping(data.get("tool")).get("source"))
    if set(source) != {"file"}:
        return source.get("code", ""), ()
    try:
        return read_sql(source["file"], document.path.parent, project_dir), ()
    except FileNotReadable as error:
        return "", (document.fault(("tool", "source", "file"), str(error)),)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _make_tool(path: Path, tool: Mapping[str, Any], sql: str) -> Tool:
    definitions = {definition["name"]: definition for definition in tool.get("parameters", ())}
    parameters = tuple(Parameter(name, d, "default" in d, d.get("default")) for name, d in definitions.items())
    returns = tool.get("returns")
    title = {"title": tool["title"]} if "title" in tool else {}
    return Tool(
        name=tool["name"],
        path=path,
        sql=sql,
        description=tool.get("description", ""),
        parameters=parameters,
        returns=returns,
        annotations={**title, **tool.get("annotations", {})},
        tags=tuple(tool.get("tags", ())),
        required_scopes=tuple(tool.get("required_scopes", ())),
        input_schema=input_schema(definitions, required=[p.name for p in parameters if not p.has_default]),
        output_schema=None if returns is None else output_schema(returns),
    )
