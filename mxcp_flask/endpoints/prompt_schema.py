"""What may stand under ``prompt``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from marshmallow import ValidationError, validate, validates_schema

from mxcp_flask.endpoints.endpoint_schema import EndpointSchema
from mxcp_flask.endpoints.making_prompts import mime_type
from mxcp_flask.endpoints.resource_schema import MIME_TYPE
from mxcp_flask.endpoints.schema_base import FileSchema, holding, nested, one_of
from mxcp_flask.endpoints.schema_fields import Items, text
from mxcp_flask.endpoints.template_fields import explain, template

_NEEDED: Mapping[str, tuple[str, ...]] = {
    "text": ("prompt",),
    "image": ("file",),
    "audio": ("file",),
    "resource": ("uri",),
    "resource_link": ("uri", "name"),
}
_FORMS: Mapping[str, str] = {"image": "image/png", "audio": "audio/wav"}
_TEMPLATES = ("prompt", "uri", "name")


class MessageSchema(FileSchema):
    """A message of a prompt."""

    role = text(validate=one_of(("user", "assistant", "system")))
    type = text(validate=one_of(tuple(_NEEDED)))
    prompt = template()
    uri = template(validate=holding("a URI"))
    name = template(validate=holding("a name"))
    mime_type = text(validate=MIME_TYPE)
    file = text(validate=validate.Length(min=1, error="must name a file"))

    @validates_schema
    def check_parts(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse a message that lacks what its type consists of."""
        kind = data.get("type", "text")
        missing = {key: [f"is missing; a message of type {kind} needs it"] for key in _NEEDED[kind] if key not in data}
        if missing:
            raise ValidationError(missing)
        if kind in _FORMS and not (mime_type(data) or "").startswith(f"{kind}/"):
            message = f"must be given, such as {_FORMS[kind]}: the file's name does not say it"
            raise ValidationError(message, "mime_type")
        if kind == "resource" and ("prompt" in data) == ("file" in data):
            raise ValidationError("needs exactly one of prompt (text) and file (data)")


class PromptSchema(EndpointSchema):
    """A prompt."""

    name = text(required=True, validate=holding("a name"))
    messages = Items(
        nested(MessageSchema), required=True, validate=validate.Length(min=1, error="must hold at least one message")
    )

    @validates_schema
    def check_templates(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse a message that uses a variable which nothing declares."""
        known = {each["name"] for key in ("parameters", "input_requests") for each in data.get(key, ())}
        faults = {index: found for index, message in enumerate(data["messages"]) if (found := _faults(message, known))}
        if faults:
            raise ValidationError({"messages": faults})


def _faults(message: Mapping[str, Any], known: set[str]) -> dict[str, list[str]]:
    return dict(_undeclared(message, known))


def _undeclared(message: Mapping[str, Any], known: set[str]) -> Iterator[tuple[str, list[str]]]:
    for key in _TEMPLATES:
        fault = explain(message.get(key, ""), known)
        if fault:
            yield key, [fault]
