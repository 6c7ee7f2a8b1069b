"""Texts of endpoint files that are templates."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from marshmallow import ValidationError

from mxcp_flask.endpoints.schema_fields import Plain, text
from mxcp_flask.endpoints.templates import variables
from mxcp_flask.errors import TemplateFailed


def template(validate: Callable[[str], Any] | None = None, **options: Any) -> Plain:
    """Return a field for a template; what is none is a fault."""
    return text(validate=[check, validate] if validate else check, **options)


def check(value: str) -> None:
    """Refuse what Jinja cannot read."""
    try:
        variables(value)
    except TemplateFailed as error:
        reason = error.facts["reason"]
        raise ValidationError(f"is not a Jinja template: {reason}; write braces as {{{{ '{{' }}}}") from error


def explain(value: str, known: Collection[str]) -> str:
    """Say which variables of a template are not among the ``known``; empty when all are."""
    unknown = sorted(variables(value) - set(known))
    if not unknown:
        return ""
    declared = ", ".join(sorted(known)) or "none"
    return f"uses undefined template variables: {', '.join(unknown)}; add them under parameters (declared: {declared})"
