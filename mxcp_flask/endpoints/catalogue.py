"""All endpoints of a project."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mxcp_flask.documents import Fault
from mxcp_flask.endpoints.discovery import find_files
from mxcp_flask.endpoints.model import Found, Prompt, Resource, Tool
from mxcp_flask.endpoints.tool_files import read_endpoint


@dataclass(frozen=True)
class Catalogue:
    """What a project's endpoint files declare, and what is wrong with them."""

    tools: Mapping[str, Tool]  # by name, in the order of names
    resources: Mapping[str, Resource] = field(default_factory=dict)  # by URI or URI template, in their order
    prompts: Mapping[str, Prompt] = field(default_factory=dict)  # by name, in the order of names
    faults: tuple[Fault, ...] = ()  # each keeps its file from being served
    warnings: tuple[Fault, ...] = ()
    found: tuple[Found, ...] = ()  # every endpoint file, in the order of paths


def load_catalogue(project_dir: Path, *, skip: Collection[Path] = ()) -> Catalogue:
    """Read every endpoint file below ``project_dir``; ``skip`` names other files, such as the user configuration."""
    readings = [read_endpoint(path, project_dir) for path in find_files(project_dir, skip=skip)]
    by_name = _by_name(reading.tool for reading in readings if reading.tool)
    faults = [fault for reading in readings for fault in reading.faults]
    return Catalogue(
        tools={name: tools[0] for name, tools in sorted(by_name.items()) if len(tools) == 1},
        faults=(*faults, *(fault for tools in by_name.values() for fault in _duplicates(tools))),
        warnings=tuple(fault for reading in readings for fault in reading.warnings),
        found=tuple(reading.found for reading in readings if reading.found),
    )


def _by_name(tools: Iterable[Tool]) -> Mapping[str, list[Tool]]:
    by_name = defaultdict(list)
    for tool in tools:
        by_name[tool.name].append(tool)
    return by_name


def _duplicates(tools: list[Tool]) -> list[Fault]:
    """Return a fault for each of several tools of one name; as none is meant more than another, none is served."""
    if len(tools) == 1:
        return []
    files = ", ".join(str(tool.path) for tool in tools)
    return [
        Fault(tool.path, None, "tool.name", f"the name {tool.name} is declared in several files: {files}")
        for tool in tools
    ]
