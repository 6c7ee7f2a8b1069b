"""RFC 7239's header ``Forwarded``: an element for each proxy that a request passed, the one next to us last."""

from __future__ import annotations

import re
from dataclasses import dataclass

_WORD = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
# Some proxies forget the quotes around [, ] and :, so these may be bare.
_VALUE = r'"(?:[^"\\\x00-\x1f\x7f]|\\[\x20-\x7e])*"|[!#$%&\'*+\-.^_`|~0-9A-Za-z:\[\]]+'
_PAIR = re.compile(rf"({_WORD})=({_VALUE})")
_PART = re.compile(rf"[ \t]*(?:{_PAIR.pattern})?[ \t]*([;,]|\Z)")
_ESCAPED = re.compile(r"\\(.)")
_MOST_PARTS = 200


@dataclass(frozen=True)
class Element:
    """What one proxy says of the request that it got: from whom, for which host, with which protocol."""

    sender: str | None = None  # as it stands: an address, perhaps with a port, "unknown", or "_" and a name
    host: str | None = None
    proto: str | None = None


def parse(header: str) -> list[Element] | None:
    """Return the elements, or None when the header is not what RFC 7239 §4 says; without one of them, none."""
    elements: list[Element] = []
    pairs: dict[str, str] = {}
    position = 0
    for _ in range(_MOST_PARTS):
        part = _PART.match(header, position)
        if part is None:
            return None
        name, value, end = part.groups()
        if name and not _add(pairs, name.lower(), value):
            return None
        if end != ";" and pairs:
            elements.append(Element(pairs.get("for"), pairs.get("host"), pairs.get("proto")))
            pairs = {}
        if not end:
            return elements
        position = part.end()
    return None


def address_of(node: str) -> str:
    """Return ``node`` without a port, and an IPv6 address without its brackets; a name that hides one as it is."""
    if node.startswith("["):
        return node[1:].partition("]")[0]
    return node.partition(":")[0] if node.count(":") == 1 else node


def _add(pairs: dict[str, str], name: str, value: str) -> bool:
    known = name in pairs  # each may be there once
    pairs[name] = _ESCAPED.sub(r"\1", value[1:-1]) if value.startswith('"') else value
    return not known
