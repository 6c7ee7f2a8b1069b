"""marshmallow fields and the schema base that both files use. Their messages never show a value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields

UNKNOWN_KEY = "unknown key"

_NO_MAPPING = "must hold keys and values, indented below it"
_WHOLE = re.compile(r"\s*-?[0-9]{1,18}\s*")
_VERSIONS = frozenset({"1", "1.0", "1.0.0"})


def messages(invalid: str, **others: str) -> dict[str, Any]:
    """Return marshmallow's ``default_error_messages`` for a field."""
    return {"required": "is required", "null": "has no value", "invalid": invalid, **others}


class FileSchema(Schema):
    """A mapping in which only the declared keys may stand."""

    error_messages = {"unknown": UNKNOWN_KEY, "type": _NO_MAPPING}  # noqa: RUF012  (marshmallow's own attribute)

    class Meta:
        """marshmallow's options."""

        unknown = RAISE


class Text(fields.String):
    """Text that is not blank, unless ``blank`` is given."""

    default_error_messages = messages("must be text; put it in quotes", blank="must not be empty")

    def __init__(self, *, blank: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.blank = blank

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if not (self.blank or (text and text.strip())):
            raise self.make_error("blank")
        return text or ""


class Whole(fields.Integer):
    """A whole number, or digits."""

    default_error_messages = messages("must be a whole number")

    def _validated(self, value: Any) -> int:
        if type(value) is not int and not (isinstance(value, str) and _WHOLE.fullmatch(value)):
            raise self.make_error("invalid")
        return int(value)


class Decimal(fields.Float):
    """A number, or its text."""

    default_error_messages = messages("must be a number", special="must be a number")


class Flag(fields.Boolean):
    """A boolean, or its text."""

    default_error_messages = messages("must be true or false")


class Version(fields.Field[int]):
    """The version of the file format; all spellings of 1 mean the same."""

    default_error_messages = messages("this version of the format is not known; write mxcp: 1")

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:  # noqa: ARG002
        if isinstance(value, bool) or str(value) not in _VERSIONS:
            raise self.make_error("invalid")
        return 1


class ListOf(fields.List[Any]):
    """A list, loaded as a tuple."""

    default_error_messages = messages("must be a list")

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        return tuple(super()._deserialize(value, attr, data, **kwargs))


class MapOf(fields.Dict):
    """A mapping from names to values of one kind."""

    default_error_messages = messages(_NO_MAPPING)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        try:
            return super()._deserialize(value, attr, data, **kwargs)  # type: ignore[no-untyped-call]
        except ValidationError as error:
            raise ValidationError(_by_name(error.messages)) from error


class Section(fields.Nested):
    """A mapping with a schema of its own."""

    default_error_messages = messages(_NO_MAPPING, type=_NO_MAPPING)


def _by_name(nested: Any) -> Any:
    # marshmallow puts what is wrong with a name under "key" and with its value under "value": no keys of the file.
    if not isinstance(nested, Mapping):
        return nested
    return {name: parts.get("key") or parts["value"] for name, parts in nested.items()}
