"""URI templates of resources: RFC 6570, level 1, where each variable is one segment or a part of one."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote

_VARIABLE = re.compile(r"\{([a-zA-Z_][a-zA-Z0-9_]*)\}")


def variables(template: str) -> tuple[str, ...]:
    """Return the names of the variables of ``template``, in their order."""
    return tuple(dict.fromkeys(_VARIABLE.findall(template)))


def match(template: str, uri: str) -> dict[str, str] | None:
    """Return the variables' values when ``uri`` is one of ``template``, percent-decoded, else None.

    A value has at least one character and no slash, question mark or number sign but encoded ones, which must be UTF-8.
    A variable that stands in several places has the same value in all of them.
    """
    found = _pattern(template).fullmatch(uri)
    try:
        return {name: unquote(value, errors="strict") for name, value in found.groupdict().items()} if found else None
    except UnicodeDecodeError:
        return None


@lru_cache(maxsize=1024)
def _pattern(template: str) -> re.Pattern[str]:
    parts, seen = list[str](), set[str]()
    for index, part in enumerate(_VARIABLE.split(template)):
        if index % 2 == 0:
            parts.append(re.escape(part))
        else:
            parts.append(f"(?P={part})" if part in seen else f"(?P<{part}>[^/?#]+)")
            seen.add(part)
    return re.compile("".join(parts))
