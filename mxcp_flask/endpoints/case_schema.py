"""What may stand under ``tests``; :mod:`.testing` says what each expectation means."""

from __future__ import annotations

from mxcp_flask.endpoints.schema_base import FileSchema, at_least, holding, nested
from mxcp_flask.endpoints.schema_fields import Items, JsonValue, Plain, integer, text


class ArgumentSchema(FileSchema):
    """An argument of a test."""

    key = text(required=True)
    value = JsonValue(required=True, allow_none=True)


class CaseSchema(FileSchema):
    """A test of an endpoint."""

    name = text(required=True, validate=holding("a name"))
    description = text()
    arguments = Items(nested(ArgumentSchema), load_default=list)
    user_context = Plain((dict,), "a mapping of keys and values")
    result = JsonValue(allow_none=True)
    result_contains = JsonValue()
    result_not_contains = Items(JsonValue())
    result_contains_item = JsonValue()
    result_contains_all = Items(JsonValue())
    result_length = integer(validate=at_least(0))
    result_contains_text = text()


EXPECTATIONS = tuple(name for name in CaseSchema().fields if name.startswith("result"))
