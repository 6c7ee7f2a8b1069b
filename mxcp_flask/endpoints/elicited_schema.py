"""What a form may ask of a person (MCP 2026-07-28: PrimitiveSchemaDefinition): values without nesting, and choices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, post_load, validate, validates_schema

from mxcp_flask.endpoints.schema_base import FileSchema, at_least, nested, one_of
from mxcp_flask.endpoints.schema_fields import Items, JsonValue, integer, number, text

_NOT_EMPTY = validate.Length(min=1, error="must name at least one value")
_KEYS: Mapping[str, tuple[str, ...]] = {
    "string": ("format", "minLength", "maxLength", "enum", "oneOf", "enumNames"),
    "number": ("minimum", "maximum"),
    "integer": ("minimum", "maximum"),
    "boolean": (),
    "array": ("items", "minItems", "maxItems"),
}
_OPTIONAL = {key for keys in _KEYS.values() for key in keys}


class ChoiceSchema(FileSchema):
    """A choice with a title."""

    const = text(required=True)
    title = text(required=True)


class ChoicesSchema(FileSchema):
    """What the items of a list are chosen from."""

    type = text(validate=one_of(("string",)))
    enum = Items(text(), validate=_NOT_EMPTY)
    anyOf = Items(nested(ChoiceSchema), validate=_NOT_EMPTY)  # noqa: N815

    @validates_schema
    def check_one(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse both and neither."""
        if ("enum" in data) == ("anyOf" in data):
            raise ValidationError("needs exactly one of enum and anyOf: the person chooses from a list")

    @post_load
    def add_type(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Add the type that MCP wants beside an enum."""
        return {"type": "string", **data} if "enum" in data else data


class ElicitedSchema(FileSchema):
    """A field of a form."""

    type = text(required=True, validate=one_of(tuple(_KEYS)))
    title = text()
    description = text()
    default = JsonValue()
    format = text(validate=one_of(("email", "uri", "date", "date-time")))
    minLength = integer(validate=at_least(0))  # noqa: N815
    maxLength = integer(validate=at_least(0))  # noqa: N815
    minimum = number()
    maximum = number()
    enum = Items(text(), validate=_NOT_EMPTY)
    enumNames = Items(text())  # noqa: N815
    oneOf = Items(nested(ChoiceSchema), validate=_NOT_EMPTY)  # noqa: N815
    items = nested(ChoicesSchema)
    minItems = integer(validate=at_least(0))  # noqa: N815
    maxItems = integer(validate=at_least(0))  # noqa: N815

    @validates_schema
    def check_keys(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse a constraint of another type, which a client would not understand."""
        kind = data["type"]
        faults = {key: [f"does not go with the type {kind}"] for key in data if key in _OPTIONAL - {*_KEYS[kind]}}
        if kind == "array" and "items" not in data:
            faults["items"] = ["is missing; a person can only choose from a list of choices"]
        if faults:
            raise ValidationError(faults)
