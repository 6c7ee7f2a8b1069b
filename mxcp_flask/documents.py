"""YAML files that remember where each value stands, so that a fault can be reported with its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import yaml

from mxcp_flask.errors import FileNotReadable

_MOST_LINES = 100_000  # aliases of aliases make a small file's key paths very many
_QUICK: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml, where PyYAML was built with it

Key = str | int
KeyPath = tuple[Key, ...]


@dataclass(frozen=True)
class Fault:
    """One thing wrong in a file."""

    path: Path
    line: int | None
    where: str  # dotted key path, empty for the file as a whole
    message: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else str(self.path)
        return f"{place}: {self.where}: {self.message}" if self.where else f"{place}: {self.message}"


@dataclass(frozen=True)
class Document:
    """A parsed YAML file: its data, and the line of each key path."""

    path: Path
    data: Any
    lines: Mapping[KeyPath, int]

    def fault(self, where: KeyPath, message: str) -> Fault:
        """Return a fault at ``where``, or at its nearest ancestor that the file has."""
        return Fault(self.path, self.line(where), ".".join(str(key) for key in where), message)

    def faults(self, messages: Any, where: KeyPath = ()) -> Iterator[Fault]:
        """Flatten marshmallow's nested ``messages`` into faults."""
        if isinstance(messages, Mapping):
            for key, nested in messages.items():
                yield from self.faults(nested, where if key == "_schema" else (*where, key))
            return
        for message in messages if isinstance(messages, list) else [messages]:
            yield self.fault(where, str(message))

    def line(self, where: KeyPath) -> int | None:
        """Return the line of ``where``, or of its nearest ancestor that the file has."""
        while where and where not in self.lines:
            where = where[:-1]
        return self.lines.get(where)


def load_document(path: Path) -> Document:
    """Parse the YAML file at ``path``; a mapping that has a key twice is an error.

    Raises:
        FileNotReadable: it does not exist, is not UTF-8, or is not YAML (the reason names the line).

    """
    try:
        node, data = _parsed(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, ValueError, RecursionError) as error:
        raise FileNotReadable(path=path, reason=_reason(error)) from error
    except (LookupError, AttributeError) as error:  # PyYAML's answer to what is no such scalar: !!bool maybe
        raise FileNotReadable(path=path, reason="a value does not fit its YAML tag") from error
    except yaml.YAMLError as error:
        raise FileNotReadable(path=path, reason=_yaml_reason(error)) from error
    return Document(path, data, dict(islice(_lines(node, (), frozenset()), _MOST_LINES)) if node is not None else {})


def _parsed(text: str) -> tuple[yaml.Node | None, Any]:
    """Return the root of ``text`` and its data; what the quick loader refuses is read again, for the other's words."""
    try:
        return _parsed_by(_QUICK, text)
    except yaml.YAMLError:
        return _parsed_by(yaml.SafeLoader, text)


def _parsed_by(kind: type[yaml.SafeLoader], text: str) -> tuple[yaml.Node | None, Any]:
    loader = kind(text)
    node = loader.get_single_node()
    _refuse_repeated_keys(node, set())
    return node, loader.construct_document(node) if node is not None else None


def _refuse_repeated_keys(node: yaml.Node | None, seen: set[int]) -> None:
    """Raise YAMLError for a key that a mapping has twice: YAML forbids it, and PyYAML would take the last."""
    if not isinstance(node, yaml.CollectionNode) or id(node) in seen:
        return
    seen.add(id(node))
    keys = set()
    for entry in node.value:
        key, value = entry if isinstance(node, yaml.MappingNode) else (None, entry)
        if isinstance(key, yaml.ScalarNode) and (key.tag, key.value) in keys:
            raise yaml.MarkedYAMLError(problem=f"the key '{key.value}' is repeated", problem_mark=key.start_mark)
        if isinstance(key, yaml.ScalarNode) and key.value != "<<":
            keys.add((key.tag, key.value))
        _refuse_repeated_keys(value, seen)


def _reason(error: Exception) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)


def _yaml_reason(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error)
    return f"line {mark.line + 1}: {problem}" if mark else problem


def _lines(node: yaml.Node, where: KeyPath, above: frozenset[int]) -> Iterator[tuple[KeyPath, int]]:
    yield where, node.start_mark.line + 1
    if id(node) in above:  # an alias of its own ancestor
        return
    above |= {id(node)}
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            place = (*where, key.value)
            yield from _lines(value, place, above)
            yield place, key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from _lines(value, (*where, index), above)
