"""What the endpoint files declare, ready to be listed and called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Literal

from mxcp_flask.endpoints.checks import Check
from mxcp_flask.endpoints.types import input_schema, result_schema

Kind = Literal["tool", "resource", "prompt"]
KINDS: tuple[Kind, ...] = ("tool", "resource", "prompt")


@dataclass(frozen=True)
class Parameter:
    """A named argument of an endpoint; without a default it is required."""

    name: str
    definition: Mapping[str, Any]  # as in the file: type, format, constraints, description
    has_default: bool = False
    default: Any = None  # None with has_default: SQL NULL
    completion: str | None = None  # SQL whose first column completes $value; it may use the other parameters


@dataclass(frozen=True)
class InputRequest:
    """What an endpoint asks its client for before it runs (MCP 2026-07-28, InputRequest)."""

    name: str  # its key in inputRequests; the SQL gets the answer as JSON text in the parameter of this name
    kind: Literal["elicitation", "sampling", "roots"]
    params: Mapping[str, Any] = field(default_factory=dict)  # of the MCP request; its texts are Jinja templates
    round: int = 1  # requests of a later round are made when those before are answered


@dataclass(frozen=True)
class EndpointTest:
    """One of the ``tests`` of an endpoint file; what it does not expect is absent from ``expected``."""

    name: str
    arguments: Mapping[str, Any]
    description: str = ""
    user_context: Mapping[str, Any] | None = None
    expected: Mapping[str, Any] = field(default_factory=dict)  # result, result_contains, ... as in the file


@dataclass(frozen=True)
class Found:
    """An endpoint file, whether or not it could be loaded."""

    path: Path
    kind: Kind
    name: str  # a resource's URI; empty when the file gives none
    enabled: bool = True


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """What tools, resources and prompts have in common."""

    kind: ClassVar[Kind]

    name: str
    path: Path  # of the YAML file, for messages
    line: int | None = None  # of its name or URI there
    title: str | None = None
    description: str = ""
    parameters: tuple[Parameter, ...] = ()
    tags: tuple[str, ...] = ()
    required_scopes: tuple[str, ...] = ()  # all of them are needed
    input_requests: tuple[InputRequest, ...] = ()
    tests: tuple[EndpointTest, ...] = ()
    input_schema: Mapping[str, Any] = field(default_factory=lambda: input_schema({}, required=()))

    @property
    def key(self) -> str:
        """Return what the endpoint is addressed by: its name, or a resource's URI."""
        return self.name

    @cached_property
    def validators(self) -> Mapping[str, Check]:
        """Return the compiled check of each parameter's converted value, by the published schema."""
        return {name: Check(schema) for name, schema in self.input_schema["properties"].items()}


@dataclass(frozen=True, kw_only=True)
class SqlEndpoint(Endpoint):
    """An endpoint whose answer is the result of SQL with named parameters."""

    sql: str
    returns: Mapping[str, Any] | None = None  # the definition under `return`, as in the file

    @cached_property
    def result_validator(self) -> Check:
        """Return the compiled check of a result; everything passes when the file declares no ``return``."""
        return Check({} if self.returns is None else result_schema(self.returns))


@dataclass(frozen=True, kw_only=True)
class Tool(SqlEndpoint):
    """A tool (MCP 2026-07-28, server/tools): SQL with named parameters, and what clients are told about it."""

    kind: ClassVar[Kind] = "tool"

    annotations: Mapping[str, Any] = field(default_factory=dict)
    output_schema: Mapping[str, Any] | None = None
    content: bool = False  # its rows are content blocks
    steps: tuple[str, ...] = ()  # what each statement does, for progress and log messages
    required_capabilities: tuple[str, ...] = ()  # of the client, such as "sampling"
    single_statement: bool = False  # the SQL to run is the argument "sql"


@dataclass(frozen=True, kw_only=True)
class Resource(SqlEndpoint):
    """A resource (MCP 2026-07-28, server/resources). Parameters are the variables of its URI template (RFC 6570)."""

    kind: ClassVar[Kind] = "resource"

    uri: str
    mime_type: str | None = None

    @property
    def key(self) -> str:
        """Return the URI, or the URI template."""
        return self.uri

    @property
    def is_template(self) -> bool:
        """Tell whether the URI has variables."""
        return "{" in self.uri


@dataclass(frozen=True)
class Message:
    """A message of a prompt. Texts are Jinja templates of the arguments."""

    role: Literal["user", "assistant"]
    type: Literal["text", "image", "audio", "resource", "resource_link"] = "text"
    text: str = ""
    uri: str | None = None  # of a resource or resource_link
    name: str | None = None  # of a resource_link
    mime_type: str | None = None
    data: bytes | None = field(default=None, repr=False)  # of an image or audio, or a binary resource


@dataclass(frozen=True, kw_only=True)
class Prompt(Endpoint):
    """A prompt (MCP 2026-07-28, server/prompts): messages that are templates."""

    kind: ClassVar[Kind] = "prompt"

    messages: tuple[Message, ...]
