"""References to environment variables, ``${NAME}``, in the values of a YAML file."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from mxcp_flask.documents import Document, KeyPath
from mxcp_flask.errors import UnsetVariable

_VARIABLE = re.compile(r"\$\{([A-Za-z0-9_]+)\}")
_FOREIGN = ("vault://", "op://")


class Resolver:
    """Replaces references by the variables' values, which are text, and remembers what it could not replace."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self.unset: dict[str, list[KeyPath]] = {}
        self.foreign: list[KeyPath] = []

    def resolve(self, value: Any, where: KeyPath) -> Any:
        """Return ``value``, which stands at ``where``, with the references in all its texts replaced."""
        if isinstance(value, str):
            return self._resolve_text(value, where)
        if isinstance(value, Mapping):
            return {key: self.resolve(nested, (*where, key)) for key, nested in value.items()}
        if isinstance(value, list):
            return [self.resolve(nested, (*where, index)) for index, nested in enumerate(value)]
        return value

    def unresolved(self) -> frozenset[KeyPath]:
        """Return the places whose values are not what the file means."""
        return frozenset(place for places in self.unset.values() for place in places) | frozenset(self.foreign)

    def _resolve_text(self, text: str, where: KeyPath) -> str:
        for name in dict.fromkeys(_VARIABLE.findall(text)):
            if name not in self._environ:
                self.unset.setdefault(name, []).append(where)
        resolved = _VARIABLE.sub(lambda match: self._environ.get(match[1], match[0]), text)
        if resolved.startswith(_FOREIGN):
            self.foreign.append(where)
        return resolved


def refers(text: str) -> bool:
    """Tell whether there is a reference in ``text``."""
    return _VARIABLE.search(text) is not None


def unset_error(document: Document, name: str, places: list[KeyPath]) -> UnsetVariable:
    """Return the error for a variable that is referred to at ``places``."""
    faults = [document.fault(place, "") for place in places]
    return UnsetVariable(name=name, where=", ".join(f"{fault.path}:{fault.line}" for fault in faults))


def change_at(data: Any, where: KeyPath, change: Callable[[Any], Any]) -> Any:
    """Return ``data`` with the value at ``where`` changed, or as it is when it has none there."""
    if not where:
        return change(data)
    if not isinstance(data, Mapping) or where[0] not in data:
        return data
    return {**data, where[0]: change_at(data[where[0]], where[1:], change)}


def value_at(data: Any, where: KeyPath) -> Any:
    """Return the value at ``where``, or None."""
    for key in where:
        data = data.get(key) if isinstance(data, Mapping) else None
    return data
