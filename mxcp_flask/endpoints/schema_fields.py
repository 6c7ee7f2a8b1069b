"""Marshmallow fields that take a YAML value as it is: nothing is converted, and the messages say what to write."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields

from mxcp_flask.endpoints.checks import quote
from mxcp_flask.endpoints.json_values import to_json
from mxcp_flask.endpoints.limits import find_excess

MESSAGES: dict[str, Any] = {
    "required": "is missing",
    "null": "is empty; give it a value or leave the key out",
    "invalid": "must be a list",
}


def _publishable(value: Any) -> Any:
    excess = find_excess(value)
    if excess:
        raise ValidationError(excess)
    return value


class Plain(fields.Field[Any]):
    """A value of one of some Python types; a bool is no int here."""

    default_error_messages = MESSAGES

    def __init__(self, kinds: tuple[type, ...], wanted: str, **options: Any) -> None:
        super().__init__(**options)
        self.kinds = kinds
        self.wanted = wanted

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> Any:  # noqa: ARG002
        if type(value) not in self.kinds:
            raise ValidationError(f"must be {self.wanted} (got {quote(to_json(value))})")
        return _publishable(value)


def text(**options: Any) -> Plain:
    """Return a field for text."""
    return Plain((str,), "text; put it in quotes", **options)


def flag(**options: Any) -> Plain:
    """Return a field for true or false."""
    return Plain((bool,), "true or false", **options)


def number(**options: Any) -> Plain:
    """Return a field for an integer or a fraction."""
    return Plain((int, float), "a number", **options)


def integer(**options: Any) -> Plain:
    """Return a field for an integer."""
    return Plain((int,), "a whole number", **options)


class Items(fields.List[Any]):
    """A YAML list; a mapping is none."""

    default_error_messages = MESSAGES

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> list[Any]:
        if not isinstance(value, list):
            raise self.make_error("invalid")
        return super()._deserialize(value, attr, data, **options)


class JsonValue(fields.Field[Any]):
    """Any value, as JSON: an unquoted YAML date becomes its text."""

    default_error_messages = MESSAGES

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> Any:  # noqa: ARG002
        return to_json(_publishable(value))


class Refused(fields.Field[Any]):
    """A key that may not be there, because leaving it without effect would open what it was to protect."""

    def __init__(self, message: str) -> None:
        super().__init__(error_messages={"null": message})
        self.message = message

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> Any:  # noqa: ARG002
        raise ValidationError(self.message)
