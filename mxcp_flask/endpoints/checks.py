"""Check values against JSON Schema 2020-12, and say in plain words what is wrong and what would be right."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from functools import cached_property, partial
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker, ValidationError, validators
from jsonschema.protocols import Validator

from mxcp_flask.endpoints.formats import FORMATS, is_in_format
from mxcp_flask.endpoints.quick_checks import Quick, quick_check
from mxcp_flask.endpoints.types import Definition, is_sensitive

_TYPE_NAMES = {
    "string": "text",
    "number": "a number",
    "integer": "an integer",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
}
_SENTENCES = {
    "minimum": "must be at least {}",
    "maximum": "must be at most {}",
    "exclusiveMinimum": "must be more than {}",
    "exclusiveMaximum": "must be less than {}",
    "multipleOf": "must be a multiple of {}",
    "minLength": "must have at least {} characters",
    "maxLength": "must have at most {} characters",
    "pattern": "must match the pattern {}",
    "minItems": "must have at least {} items",
    "maxItems": "must have at most {} items",
    "uniqueItems": "must not hold the same item twice",
}
_SHOWN = 60  # characters of a refused value


class Check:
    """The check of a schema, with our formats and with exact multiples."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._schema = schema

    def is_valid(self, value: Any) -> bool:
        """Tell whether the schema accepts ``value``."""
        return self._is_surely_valid(value) or bool(self._validator.is_valid(value))

    def errors(self, value: Any) -> Iterable[ValidationError]:
        """Give what the schema has against ``value``."""
        return () if self._is_surely_valid(value) else self._validator.iter_errors(value)

    @cached_property
    def _is_surely_valid(self) -> Quick:
        return quick_check(self._schema)

    @cached_property
    def _validator(self) -> Validator:
        validator: Validator = _EndpointValidator(self._schema, format_checker=_FORMAT_CHECKER)
        return validator


def find_faults(check: Check, value: Any, definition: Definition, name: str = "") -> Iterator[str]:
    """Yield what is wrong with the value called ``name``, such as ``items[2].price: must be at least 0 (got -1)``.

    Values that ``definition`` marks as sensitive are not shown, and neither are whole lists and objects.
    """
    seen = set()
    for error in check.errors(value):
        fault = _spell(name, error.absolute_path) + _sentence(error)
        if not is_sensitive(definition, error.absolute_path):
            fault += _got(error.instance)
        if fault not in seen:  # one error for each missing property, one sentence for all of them
            yield fault
        seen.add(fault)


def quote(value: Any) -> str:
    """Return a JSON value as text of at most 60 characters."""
    text = json.dumps(value, ensure_ascii=False).encode("utf-8", "replace").decode("utf-8")
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _spell(name: str, place: Iterable[str | int]) -> str:
    steps = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in place)
    whole = name + steps if name else steps.removeprefix(".")
    return f"{whole}: " if whole else ""


def _sentence(error: ValidationError) -> str:
    keyword = str(error.validator)
    wanted: Any = error.validator_value
    instance: Any = error.instance
    schema: Any = error.schema
    if keyword == "type":
        return "must be " + " or ".join(_TYPE_NAMES[name] for name in _type_names(wanted))
    if keyword == "format":
        return f"must be {FORMATS[wanted].hint}"
    if keyword == "enum":
        return "must be one of " + ", ".join(
            json.dumps(choice, ensure_ascii=False) for choice in wanted if choice is not None
        )
    if keyword == "required":
        return "lacks " + ", ".join(name for name in wanted if name not in instance)
    if keyword == "additionalProperties":
        known = schema.get("properties", {})
        return f"does not know {_names(set(instance) - set(known))} (known: {_names(known)})"
    return _SENTENCES[keyword].format(wanted)


def _type_names(wanted: str | list[str]) -> list[str]:
    return [wanted] if isinstance(wanted, str) else [name for name in wanted if name != "null"]


def _names(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none"


def _got(value: Any) -> str:
    if isinstance(value, (list, dict)):
        return ""
    return f" (got {quote(value)})"


def _multiple_of(_: Validator, factor: float, value: Any, schema: Any) -> Iterator[ValidationError]:  # noqa: ARG001
    # Written decimals are meant, not their binary neighbours: 19.99 is a multiple of 0.01.
    if isinstance(value, (int, float)) and not isinstance(value, bool) and Fraction(str(value)) % Fraction(str(factor)):
        yield ValidationError(f"{value} is not a multiple of {factor}")


def _format_checker() -> FormatChecker:
    checker = FormatChecker(formats=())
    for name in FORMATS:
        checker.checks(name)(partial(is_in_format, name=name))
    return checker


_FORMAT_CHECKER = _format_checker()
_EndpointValidator = validators.extend(Draft202012Validator, {"multipleOf": _multiple_of})  # type: ignore[no-untyped-call]
