"""The marshmallow schema of a tool's file: what may stand where. It reports every fault at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from mxcp_flask.endpoints.definition_schema import DefinitionSchema, FileSchema, ParameterSchema, nested, one_of
from mxcp_flask.endpoints.schema_fields import Items, Refused, flag, text

_NO_POLICIES = (
    "policies are not supported by this version, so the tool is not loaded; "
    "remove them, and protect the tool by required_scopes"
)
_MISPLACED_SCOPES = "protects nothing here; move it inside tool"


class AnnotationsSchema(FileSchema):
    """The hints of a tool (MCP 2026-07-28, ToolAnnotations)."""

    title = text()
    readOnlyHint = flag()  # noqa: N815
    destructiveHint = flag()  # noqa: N815
    idempotentHint = flag()  # noqa: N815
    openWorldHint = flag()  # noqa: N815


class SourceSchema(FileSchema):
    """Where the SQL is: in the file, or in one beside it."""

    code = text()
    file = text(validate=validate.Length(min=1, error="must name a file"))

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def check_one(self, _: Any, original: Any, **__: Any) -> None:
        """Refuse both and neither."""
        if isinstance(original, Mapping) and ("code" in original) == ("file" in original):
            raise ValidationError("needs exactly one of code and file")

    @validates_schema
    def check_code(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse SQL without a word."""
        if not data.get("code", "SELECT").strip():
            raise ValidationError("must hold SQL", "code")


class ToolSchema(FileSchema):
    """What stands under ``tool``."""

    name = text(
        required=True,
        validate=validate.Regexp(
            r"[A-Za-z0-9_.\-]{1,128}\Z", error='must be 1 to 128 letters, digits, "_", "." and "-" (got "{input}")'
        ),
    )
    title = text()
    description = text()
    tags = Items(text())
    annotations = nested(AnnotationsSchema)
    parameters = Items(nested(ParameterSchema))
    returns = nested(DefinitionSchema, data_key="return")
    language = text(validate=one_of(("sql",)))
    source = nested(SourceSchema, required=True)
    enabled = flag()
    tests = fields.Raw(allow_none=True)
    metadata = fields.Raw(allow_none=True)
    policies = Refused(_NO_POLICIES)
    required_scopes = Items(
        text(
            validate=validate.Regexp(
                r"[\x21\x23-\x5b\x5d-\x7e]+\Z", error='must be one scope, without white space (got "{input}")'
            )
        )
    )

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def check_parameter_names(self, _: Any, original: Any, **__: Any) -> None:
        """Refuse a parameter's second mention; DuckDB does not tell ``$Top`` from ``$top``."""
        seen: set[str] = set()
        faults = {}
        for index, name in _parameter_names(original):
            if name.lower() in seen:
                faults[index] = {"name": [f'is declared twice (got "{name}"); names must differ in more than case']}
            seen.add(name.lower())
        if faults:
            raise ValidationError({"parameters": faults})


class ToolFileSchema(FileSchema):
    """A file that declares a tool."""

    mxcp = fields.Raw()
    tool = nested(ToolSchema, required=True)
    metadata = fields.Raw(allow_none=True)
    policies = Refused(_NO_POLICIES)
    required_scopes = Refused(_MISPLACED_SCOPES)


def _parameter_names(tool: Any) -> Iterator[tuple[int, str]]:
    parameters = tool.get("parameters") if isinstance(tool, Mapping) else None
    for index, parameter in enumerate(parameters if isinstance(parameters, list) else []):
        if isinstance(parameter, Mapping) and isinstance(parameter.get("name"), str):
            yield index, parameter["name"]
