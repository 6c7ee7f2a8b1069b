"""The texts of prompts: Jinja2 in its sandbox, where an undefined variable is empty and the output is bounded."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import jinja2
from jinja2 import meta
from jinja2.sandbox import SandboxedEnvironment

from mxcp_flask.errors import TemplateFailed

LONGEST = 1_000_000  # characters
_LARGEST_POWER = 1_000

# What a template can run into besides Jinja's own errors: an argument of another type, a division by zero, a recursion.
_FAILURES = (jinja2.TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RecursionError)


class _Environment(SandboxedEnvironment):
    intercepted_binops = frozenset({"*", "**"})

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Refuse what would need more memory than any text may have."""
        if operator == "**" and not all(abs(number) <= _LARGEST_POWER for number in (left, right)):
            raise ValueError("a power is too large")
        for one, other in ((left, right), (right, left)):
            if isinstance(one, (str, list, tuple)) and isinstance(other, int) and len(one) * other > LONGEST:
                raise ValueError("a repetition is too long")
        return super().call_binop(context, operator, left, right)


_ENVIRONMENT = _Environment(autoescape=False, keep_trailing_newline=True)


def render(text: str, values: Mapping[str, Any]) -> str:
    """Return the template ``text`` filled in with ``values``.

    Raises:
        TemplateFailed: it is no template, fails, or becomes longer than ``LONGEST``.

    """
    parts, length = list[str](), 0
    try:
        for part in _template(text).generate(values):
            length += len(part)
            if length > LONGEST:
                raise TemplateFailed(reason=f"it becomes longer than {LONGEST} characters")
            parts.append(part)
    except _FAILURES as error:
        raise TemplateFailed(reason=str(error)) from error
    return "".join(parts)


def variables(text: str) -> frozenset[str]:
    """Return the names that the template ``text`` takes from outside; raises TemplateFailed when it is no template."""
    try:
        return frozenset(meta.find_undeclared_variables(_ENVIRONMENT.parse(text)))
    except jinja2.TemplateError as error:
        raise TemplateFailed(reason=str(error)) from error


@lru_cache(maxsize=256)
def _template(text: str) -> jinja2.Template:
    return _ENVIRONMENT.from_string(text)
