"""What an endpoint file declares, ready to be listed and called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from jsonschema.protocols import Validator

from mxcp_flask.endpoints.checks import compile_schema
from mxcp_flask.endpoints.types import input_schema, result_schema


@dataclass(frozen=True)
class Parameter:
    """A named argument of a tool; without a default it is required."""

    name: str
    definition: Mapping[str, Any]  # as in the file: type, format, constraints, description
    has_default: bool = False
    default: Any = None  # None with has_default: SQL NULL


@dataclass(frozen=True)
class Found:
    """An endpoint file, whether or not it could be loaded."""

    path: Path
    kind: str  # "tool", "resource" or "prompt"
    name: str  # a resource's URI; empty when the file gives none
    enabled: bool = True


@dataclass(frozen=True)
class Tool:
    """A tool (MCP 2026-07-28, server/tools): SQL with named parameters, and what clients are told about it."""

    name: str
    path: Path  # of the YAML file, for messages
    sql: str
    description: str = ""
    parameters: tuple[Parameter, ...] = ()
    returns: Mapping[str, Any] | None = None  # the definition under `return`, as in the file
    annotations: Mapping[str, Any] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    required_scopes: tuple[str, ...] = ()  # all of them are needed
    input_schema: Mapping[str, Any] = field(default_factory=lambda: input_schema({}, required=()))
    output_schema: Mapping[str, Any] | None = None
    single_statement: bool = False  # the SQL to run is the argument "sql"

    @cached_property
    def validators(self) -> Mapping[str, Validator]:
        """Return the compiled check of each parameter's converted value, by the published schema."""
        return {name: compile_schema(schema) for name, schema in self.input_schema["properties"].items()}

    @cached_property
    def result_validator(self) -> Validator:
        """Return the compiled check of a result; everything passes when the file declares no ``return``."""
        return compile_schema({} if self.returns is None else result_schema(self.returns))
