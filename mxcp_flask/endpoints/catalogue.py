"""All endpoints of a project."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mxcp_flask.documents import Fault
from mxcp_flask.endpoints.discovery import find_files
from mxcp_flask.endpoints.duplicates import distinct, unambiguous
from mxcp_flask.endpoints.endpoint_files import Project, read_endpoint
from mxcp_flask.endpoints.model import Found, Prompt, Resource, Tool
from mxcp_flask.endpoints.sql_checks import InspectSql

Follow = Callable[[list[Path]], Iterable[Path]]


@dataclass(frozen=True)
class Catalogue:
    """What a project's endpoint files declare, and what is wrong with them."""

    tools: Mapping[str, Tool]  # by name, in the order of names
    resources: Mapping[str, Resource] = field(default_factory=dict)  # by URI or URI template, in their order
    prompts: Mapping[str, Prompt] = field(default_factory=dict)  # by name, in the order of names
    faults: tuple[Fault, ...] = ()  # each keeps its file from being served
    warnings: tuple[Fault, ...] = ()
    found: tuple[Found, ...] = ()  # every endpoint file, in the order of paths


def load_catalogue(
    project_dir: Path,
    *,
    skip: Collection[Path] = (),
    inspect_sql: InspectSql | None = None,
    follow: Follow = iter,
) -> Catalogue:
    """Read every endpoint file below ``project_dir``; ``skip`` names other files, such as the user configuration.

    ``inspect_sql`` reads SQL without running it; without it, SQL is not held against what the files declare.
    ``follow`` gives the files one by one, and may tell how far that is.
    """
    project = Project(project_dir, inspect_sql)
    readings = [read_endpoint(path, project) for path in follow(find_files(project_dir, skip=skip))]
    endpoints = [reading.endpoint for reading in readings if reading.endpoint]
    tools, same_tools = distinct(each for each in endpoints if isinstance(each, Tool))
    prompts, same_prompts = distinct(each for each in endpoints if isinstance(each, Prompt))
    resources, same_resources = distinct(each for each in endpoints if isinstance(each, Resource))
    resources, ambiguous = unambiguous(resources)
    faults = [fault for reading in readings for fault in reading.faults]
    return Catalogue(
        tools=tools,
        resources=resources,
        prompts=prompts,
        faults=(*faults, *same_tools, *same_resources, *ambiguous, *same_prompts),
        warnings=tuple(fault for reading in readings for fault in reading.warnings),
        found=tuple(reading.found for reading in readings if reading.found),
    )
