"""What a resource's URI must look like, and whether two of them can mean the same."""

from __future__ import annotations

import re

from marshmallow import ValidationError

from mxcp_flask.endpoints import uris
from mxcp_flask.endpoints.schema_base import IDENTIFIER

_LONGEST = 1000
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.\-]*://(?=[^/])")
_VARIABLE = re.compile(rf"\{{{IDENTIFIER}\}}")
_FORBIDDEN = re.compile(r"[^!#-;=?-\[\]_a-z~]")
_LITERAL = "\0"  # stands for a variable; no URI holds it


def check_uri(uri: str) -> None:
    """Refuse what is no URI and no template of one (RFC 6570, level 1), and say what is wrong with it."""
    if len(uri) > _LONGEST:
        raise ValidationError(f"must have at most {_LONGEST} characters")
    if not _SCHEME.match(uri):
        raise ValidationError(f'must begin with a scheme and a name, such as shop://orders/{{id}} (got "{uri}")')
    plain = _VARIABLE.sub(_LITERAL, uri)
    if "{" in plain or "}" in plain:
        raise ValidationError(f'has a brace that belongs to no variable such as {{order_id}} (got "{uri}")')
    if _LITERAL * 2 in plain:
        raise ValidationError("has two variables side by side; write a slash or another character between them")
    forbidden = _FORBIDDEN.search(plain.replace(_LITERAL, ""))
    if forbidden:
        raise ValidationError(f"may not hold {forbidden[0]!r}; percent-encode it")


def are_ambiguous(one: str, other: str) -> bool:
    """Tell whether a URI can be of both templates and neither is more specific, that is, has fewer variables."""
    if one.count("{") != other.count("{"):
        return False
    ours, theirs = _segments(one), _segments(other)
    return len(ours) == len(theirs) and all(map(_overlap, ours, theirs))


def _segments(template: str) -> list[str]:
    return _VARIABLE.sub(_LITERAL, template).split("/")


def _overlap(one: str, other: str) -> bool:
    """Tell whether two segments can be equal; of those with several variables only the ends are compared."""
    if _LITERAL not in one:
        one, other = other, one
    if _LITERAL not in one:
        return one == other
    if _LITERAL not in other:
        return uris.match(_as_template(one), other) is not None
    (head, *_, tail), (other_head, *_, other_tail) = one.split(_LITERAL), other.split(_LITERAL)
    heads = head.startswith(other_head) or other_head.startswith(head)
    return heads and (tail.endswith(other_tail) or other_tail.endswith(tail))


def _as_template(segment: str) -> str:
    parts = segment.split(_LITERAL)
    return "".join(f"{part}{{v{index}}}" for index, part in enumerate(parts[:-1])) + parts[-1]
