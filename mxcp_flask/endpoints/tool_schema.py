"""What may stand under ``tool``."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, validates_schema

from mxcp_flask.endpoints.endpoint_schema import SqlEndpointSchema
from mxcp_flask.endpoints.schema_base import FileSchema, matching, nested, one_of
from mxcp_flask.endpoints.schema_fields import Items, flag, text

CAPABILITIES = ("sampling", "elicitation", "roots")  # of clients, that a tool can depend on


class AnnotationsSchema(FileSchema):
    """The hints of a tool (MCP 2026-07-28, ToolAnnotations)."""

    title = text()
    readOnlyHint = flag()  # noqa: N815
    destructiveHint = flag()  # noqa: N815
    idempotentHint = flag()  # noqa: N815
    openWorldHint = flag()  # noqa: N815


class ToolSchema(SqlEndpointSchema):
    """A tool."""

    name = text(
        required=True, validate=matching(r"[A-Za-z0-9_.\-]{1,128}", '1 to 128 letters, digits, "_", "." and "-"')
    )
    annotations = nested(AnnotationsSchema)
    content = flag()
    steps = Items(text())
    required_capabilities = Items(text(validate=one_of(CAPABILITIES)))

    @validates_schema(skip_on_field_errors=False)
    def check_content(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse a result that is both content blocks and a value."""
        if data.get("content") and "returns" in data:
            raise ValidationError(
                "cannot be together with return: the rows are content blocks or a value; remove one of the two",
                "content",
            )
