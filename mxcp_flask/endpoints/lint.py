"""What an endpoint file leaves unsaid, though a language model, a reader or a test would want it.

========  ==================================================================================================
warning   no description of the endpoint, a parameter, ``return``, or a nested type; no examples of a parameter;
          no tests; a table that the SQL names and the database does not have (``lint_tables.py``)
info      no default of a parameter; a test without description; no tags;
          a tool without annotations
========  ==================================================================================================
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from mxcp_flask.endpoints.catalogue import Catalogue
from mxcp_flask.endpoints.model import Endpoint, Parameter, SqlEndpoint, Tool

Severity = Literal["warning", "info"]
_Finding = tuple[Severity, str, str, str]  # severity, location below the kind, message, suggestion


@dataclass(frozen=True)
class Lint:
    """One thing that an endpoint file could say."""

    severity: Severity
    path: Path
    location: str  # dotted key path, such as tool.parameters.0.description
    message: str
    suggestion: str


def lint(catalogue: Catalogue) -> list[Lint]:
    """Return what could be said of the endpoints of ``catalogue``, in the order of their files."""
    endpoints = (*catalogue.tools.values(), *catalogue.resources.values(), *catalogue.prompts.values())
    return [each for endpoint in sorted(endpoints, key=lambda each: each.path) for each in lint_endpoint(endpoint)]


def lint_endpoint(endpoint: Endpoint) -> Iterator[Lint]:
    """Yield what could be said of ``endpoint``."""
    for severity, location, message, suggestion in _findings(endpoint):
        yield Lint(severity, endpoint.path, f"{endpoint.kind}.{location}", message, suggestion)


def _findings(endpoint: Endpoint) -> Iterator[_Finding]:
    if not endpoint.description:
        yield _undescribed("description", f"the {endpoint.kind}")
    for index, parameter in enumerate(endpoint.parameters):
        yield from _of_parameter(parameter, f"parameters.{index}")
    if isinstance(endpoint, SqlEndpoint) and endpoint.returns is not None:
        yield from _of_type(endpoint.returns, "return", "the result")
    yield from _of_tests(endpoint)
    if not endpoint.tags:
        yield "info", "tags", f"the {endpoint.kind} has no tags", "Add tags: [...] to group endpoints."
    if isinstance(endpoint, Tool) and not endpoint.annotations.keys() - {"title"}:
        hint = "Add annotations such as readOnlyHint: true, which clients show before they call."
        yield "info", "annotations", "the tool has no annotations", hint


def _of_parameter(parameter: Parameter, place: str) -> Iterator[_Finding]:
    called = f"the parameter {parameter.name}"
    yield from _of_type(parameter.definition, place, called)
    if not {"examples", "enum"} & parameter.definition.keys():
        hint = "Add examples: [...] or enum: [...], which models copy and completion offers."
        yield "warning", f"{place}.examples", f"{called} has no examples", hint
    if not parameter.has_default and parameter.definition["type"] != "object":
        yield "info", f"{place}.default", f"{called} has no default", "Add a default if calls can do without it."


def _of_type(definition: Mapping[str, Any], place: str, called: str) -> Iterator[_Finding]:
    if not definition.get("description"):
        yield _undescribed(f"{place}.description", called)
    if "items" in definition:
        yield from _of_type(definition["items"], f"{place}.items", f"an item of {called}")
    for name, nested in definition.get("properties", {}).items():
        yield from _of_type(nested, f"{place}.properties.{name}", f"the property {name} of {called}")


def _of_tests(endpoint: Endpoint) -> Iterator[_Finding]:
    if not endpoint.tests:
        yield "warning", "tests", f"the {endpoint.kind} has no tests", "Add tests: [...]; mxcp test runs them."
    for index, test in enumerate(endpoint.tests):
        if not test.description:
            place, message = f"tests.{index}.description", f"the test {test.name} has no description"
            yield "info", place, message, "Say in one sentence what must hold."


def _undescribed(location: str, called: str) -> _Finding:
    hint = "Say what it is and when to use it; language models choose by descriptions."
    return "warning", location, f"{called} has no description", hint
