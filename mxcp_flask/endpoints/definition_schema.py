"""The marshmallow schema of type definitions: parameters, ``return``, and what nests in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from mxcp_flask.endpoints.checks import Check, find_faults
from mxcp_flask.endpoints.formats import FORMATS
from mxcp_flask.endpoints.limits import find_excess
from mxcp_flask.endpoints.schema_base import FileSchema, at_least, holding, identifier, nested, one_of
from mxcp_flask.endpoints.schema_fields import MESSAGES, Items, JsonValue, flag, integer, number, text
from mxcp_flask.endpoints.types import TYPES, value_schema

_RANGES = (("minLength", "maxLength"), ("minimum", "maximum"), ("minItems", "maxItems"))


class Properties(fields.Field[Any]):
    """The properties of an object: a mapping of ``schema`` for each name."""

    default_error_messages = MESSAGES

    def __init__(self, schema: Callable[[], Schema], **options: Any) -> None:
        super().__init__(**options)
        self._make_schema = schema
        self._schema: Schema | None = None

    @property
    def schema(self) -> Schema:
        """Return the schema of a property, made when the first one is read: it has properties itself."""
        self._schema = self._schema or self._make_schema()
        return self._schema

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> dict[str, Any]:  # noqa: ARG002
        if not isinstance(value, Mapping):
            raise ValidationError("must be a mapping of property names and their types")
        loaded: dict[str, Any] = {}
        faults: dict[str, Any] = {}
        for name, definition in value.items():
            loaded[name], messages = _load_property(self.schema, name, definition)
            if messages:
                faults[name] = messages
        if faults:
            raise ValidationError(faults)
        return loaded


def _load_property(schema: Schema, name: Any, definition: Any) -> tuple[Any, Any]:
    if not isinstance(name, str):
        return None, ["the name must be text; put it in quotes"]
    excess = find_excess(name)
    if excess:
        return None, [excess]
    try:
        return schema.load(definition), None
    except ValidationError as error:
        return None, error.messages


def _check_pattern(pattern: str) -> None:
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise ValidationError(f"is not a regular expression: {error}") from error


def _size() -> fields.Field[Any]:
    return integer(validate=at_least(0))


class DefinitionSchema(FileSchema):
    """A type with its constraints; its default, enum and examples must fit it."""

    type = text(required=True, validate=one_of(TYPES))
    format = text(validate=one_of(tuple(FORMATS)))
    name = text()
    description = text()
    default = JsonValue(allow_none=True)
    examples = Items(JsonValue(allow_none=True))
    enum = Items(JsonValue(), validate=validate.Length(min=1, error="must name at least one value"))
    sensitive = flag()
    minLength = _size()  # noqa: N815
    maxLength = _size()  # noqa: N815
    pattern = text(validate=_check_pattern)
    minimum = number()
    maximum = number()
    exclusiveMinimum = number()  # noqa: N815
    exclusiveMaximum = number()  # noqa: N815
    multipleOf = number(validate=at_least(0, inclusive=False))  # noqa: N815
    items = nested(lambda: DefinitionSchema())
    minItems = _size()  # noqa: N815
    maxItems = _size()  # noqa: N815
    uniqueItems = flag()  # noqa: N815
    properties = Properties(lambda: DefinitionSchema())
    required = Items(text())
    additionalProperties = flag()  # noqa: N815

    @validates_schema
    def check_ranges(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse a range that nothing can be in."""
        for low, high in _RANGES:
            if low in data and high in data and data[low] > data[high]:
                raise ValidationError(f"must not be more than {high} ({data[high]})", low)

    @validates_schema
    def check_values(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse a default, an enum and examples that the type itself refuses."""
        faults = {key: list(_misfits(key, data)) for key in ("default", "enum", "examples") if key in data}
        if any(faults.values()):
            raise ValidationError({key: messages for key, messages in faults.items() if messages})


class ParameterSchema(DefinitionSchema):
    """A definition with the name that the SQL uses."""

    name = text(required=True, validate=identifier())
    completion = text(validate=holding("SQL whose first column completes $value"))


def _misfits(key: str, definition: dict[str, Any]) -> Iterator[str]:
    left_out = {"enum", "default", "examples"} if key == "enum" else {"default", "examples"}
    schema = value_schema({name: value for name, value in definition.items() if name not in left_out})
    for value in [definition[key]] if key == "default" else definition[key]:
        if key != "default" or value is not None:
            yield from find_faults(Check(schema), value, definition)
