"""What may stand under ``input_requests`` (MCP 2026-07-28: ElicitRequestFormParams, CreateMessageRequestParams)."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, validates_schema

from mxcp_flask.endpoints.definition_schema import Properties
from mxcp_flask.endpoints.elicited_schema import ElicitedSchema
from mxcp_flask.endpoints.schema_base import FileSchema, at_least, holding, identifier, nested, one_of
from mxcp_flask.endpoints.schema_fields import Items, flag, integer, text
from mxcp_flask.endpoints.template_fields import template

_KINDS = ("elicitation", "sampling", "roots")


class ElicitationSchema(FileSchema):
    """A form that a person fills in; without properties it is a question of yes or no."""

    message = template(required=True, validate=holding("what the person is asked"))
    properties = Properties(ElicitedSchema)
    required = Items(text())

    @validates_schema
    def check_required(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse a required property that the form does not have."""
        known = data.get("properties", {})
        faults = {
            index: [f'is none of the properties ({", ".join(known) or "none"}) (got "{name}")']
            for index, name in enumerate(data.get("required", ()))
            if name not in known
        }
        if faults:
            raise ValidationError({"required": faults})


class SamplingMessageSchema(FileSchema):
    """What a model is given."""

    role = text(validate=one_of(("user", "assistant")))
    content = template(required=True)


class SamplingSchema(FileSchema):
    """What the client's model is asked."""

    messages = Items(nested(SamplingMessageSchema))
    prompt = template(validate=holding("what the model is asked"))
    max_tokens = integer(validate=at_least(1))
    system_prompt = template()

    @validates_schema(skip_on_field_errors=True)
    def check_one(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse both and neither, and no message at all."""
        if bool(data.get("messages")) == ("prompt" in data):
            raise ValidationError("needs exactly one of prompt and messages")


def _check_true(value: bool) -> None:
    if not value:
        raise ValidationError("must be true; to ask for nothing, remove the input request")


class InputRequestSchema(FileSchema):
    """One thing that the client is asked for."""

    name = text(required=True, validate=identifier())
    round = integer(validate=at_least(1))
    elicitation = nested(ElicitationSchema)
    sampling = nested(SamplingSchema)
    roots = flag(validate=_check_true)

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def check_kind(self, _: Any, original: Any, **__: Any) -> None:
        """Refuse several kinds and none."""
        if isinstance(original, dict) and sum(kind in original for kind in _KINDS) != 1:
            raise ValidationError("needs exactly one of elicitation, sampling and roots")
