"""The marshmallow schemas of endpoint files, one a kind: what may stand where. They report every fault at once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from marshmallow import fields

from mxcp_flask.endpoints.endpoint_schema import NO_POLICIES
from mxcp_flask.endpoints.model import Kind
from mxcp_flask.endpoints.prompt_schema import PromptSchema
from mxcp_flask.endpoints.resource_schema import ResourceSchema
from mxcp_flask.endpoints.schema_base import FileSchema, nested
from mxcp_flask.endpoints.schema_fields import Refused
from mxcp_flask.endpoints.tool_schema import ToolSchema


class EndpointFileSchema(FileSchema):
    """What every endpoint file may have beside its one endpoint."""

    mxcp = fields.Raw()
    metadata = fields.Raw(allow_none=True)
    policies = Refused(NO_POLICIES)
    required_scopes = Refused("protects nothing here; move it inside tool, resource or prompt")


class ToolFileSchema(EndpointFileSchema):
    """A file that declares a tool."""

    tool = nested(ToolSchema, required=True)


class ResourceFileSchema(EndpointFileSchema):
    """A file that declares a resource."""

    resource = nested(ResourceSchema, required=True)


class PromptFileSchema(EndpointFileSchema):
    """A file that declares a prompt."""

    prompt = nested(PromptSchema, required=True)


_SCHEMAS: Mapping[Kind, type[FileSchema]] = {
    "tool": ToolFileSchema,
    "resource": ResourceFileSchema,
    "prompt": PromptFileSchema,
}


@cache
def file_schema(kind: Kind) -> FileSchema:
    """Return the schema of files of this kind: one for all of them, as making one takes longer than using it."""
    return _SCHEMAS[kind]()
