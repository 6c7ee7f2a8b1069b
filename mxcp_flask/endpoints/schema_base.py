"""What the schemas of endpoint files are built from: mappings, choices, and texts of a form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from mxcp_flask.endpoints.schema_fields import MESSAGES

IDENTIFIER = r"[a-zA-Z_][a-zA-Z0-9_]*"


class FileSchema(Schema):
    """A mapping of an endpoint file; unknown keys are left out, :mod:`.stray_keys` reports them."""

    error_messages = {"type": "must be a mapping of keys and values"}  # noqa: RUF012

    class Meta:
        """How marshmallow treats unknown keys."""

        unknown = EXCLUDE


def one_of(choices: tuple[str, ...]) -> Callable[[str], None]:
    """Return a validator that lists the choices."""

    def check(value: str) -> None:
        if value not in choices:
            raise ValidationError(f'must be one of {", ".join(choices)} (got "{value}")')

    return check


def nested(schema: Callable[[], Schema], **options: Any) -> fields.Nested:
    """Return a field for a mapping of ``schema``."""
    return fields.Nested(schema, error_messages=MESSAGES, **options)


def matching(pattern: str, wanted: str) -> validate.Regexp:
    """Return a validator of whole texts; ``wanted`` says what the pattern asks for."""
    return validate.Regexp(rf"(?:{pattern})\Z", error=f'must be {wanted} (got "{{input}}")')


def identifier() -> validate.Regexp:
    """Return a validator of names that SQL and templates can use."""
    return matching(IDENTIFIER, 'letters, digits and "_", not starting with a digit')


def holding(what: str) -> Callable[[str], None]:
    """Return a validator that refuses blank text; ``what`` says what is missing."""

    def check(value: str) -> None:
        if not value.strip():
            raise ValidationError(f"must hold {what}")

    return check


def at_least(least: float, *, inclusive: bool = True) -> validate.Range:
    """Return a validator of numbers from ``least`` on."""
    word = "at least" if inclusive else "more than"
    return validate.Range(min=least, min_inclusive=inclusive, error=f"must be {word} {least} (got {{input}})")
