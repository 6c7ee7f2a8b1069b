"""What a marshmallow field takes, in words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from mxcp_flask.config.fields import Decimal, Flag, MapOf, Version, Whole
from mxcp_flask.config.site_file import ExtensionField, ExtensionSchema
from mxcp_flask.config.transport_section import TrustProxy
from mxcp_flask.endpoints.definition_schema import Properties
from mxcp_flask.endpoints.schema_fields import JsonValue, Plain, Refused

Link = Callable[[type[Schema]], str]
_CHOICES = re.compile(r"must be one of (.*) \(got")
_SIMPLE: dict[type[Any], str] = {
    Version: "`1`",
    TrustProxy: "true or false, or list of addresses",
    Flag: "true or false",
    Whole: "whole number",
    Decimal: "number",
    JsonValue: "any value",
    Refused: "refused",
    fields.String: "text",
    fields.Raw: "not used",
}


def kind_of(field: fields.Field[Any], link: Link) -> str:
    """Return what ``field`` takes; ``link`` tells how to name a schema."""
    if isinstance(field, fields.Nested):
        return link(type(field.schema))
    if isinstance(field, ExtensionField):
        return f"text or {link(ExtensionSchema)}"
    if isinstance(field, Properties):
        return f"names, each with {link(type(field.schema))}"
    if isinstance(field, MapOf):
        values = field.value_field
        return "names, each with " + (kind_of(values, link) if isinstance(values, fields.Nested) else "a value")
    if isinstance(field, fields.List):
        return f"list of {kind_of(field.inner, link)}"
    return _plain(field)


def _plain(field: fields.Field[Any]) -> str:
    if isinstance(field, Plain):
        name = field.wanted.partition(";")[0].removeprefix("a ")
    else:
        name = next(said for kind, said in _SIMPLE.items() if isinstance(field, kind))
    return (
        ", ".join([name, *filter(None, map(_narrowed, field.validators))]) if not _choices(field) else _choices(field)
    )


def _choices(field: fields.Field[Any]) -> str:
    for validator in field.validators:
        found = validator.choices if isinstance(validator, validate.OneOf) else list(_listed(validator))
        if found:
            return " or ".join(f"`{choice}`" for choice in found)
    return ""


def _listed(validator: Any) -> Iterator[str]:
    # endpoints.schema_base.one_of() is a function that keeps its choices to itself, but names them.
    if isinstance(validator, validate.Validator):
        return
    try:
        validator("\x00")
    except ValidationError as error:
        found = _CHOICES.match(str(error.messages[0]))
        yield from found[1].split(", ") if found else ()


def _narrowed(validator: Any) -> str:
    if not isinstance(validator, validate.Range):
        return ""
    if validator.min is not None and validator.max is not None:
        return f"{validator.min} to {validator.max}"
    return f"at least {validator.min}" if validator.min_inclusive else f"more than {validator.min}"
