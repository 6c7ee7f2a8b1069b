"""Changes to what is valid: to the parameters of a request, and to JSON values, at any depth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any
from urllib.parse import quote_plus

from hypothesis import strategies as st

from mxcp_flask.oauth.requests import LONGEST_VALUE
from tests.fuzz.texts import json_values, texts, uris

Pairs = list[tuple[str, str]]
Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Change:
    """One change to the parameter ``name``; ``kind`` says how ``text`` (or the parameter ``other``) comes in."""

    kind: str
    name: str
    text: str = ""
    at: int = 0
    other: str = ""

    def __call__(self, pairs: Pairs) -> Pairs:
        """Return ``pairs`` changed."""
        values = dict(pairs)
        if self.kind == "add":
            return [*pairs, (self.name, self.text)]
        if self.kind == "swap":
            values[self.name], values[self.other] = values.get(self.other, ""), values.get(self.name, "")
            return list(values.items())
        return [new for pair in pairs for new in (self._of(*pair) if pair[0] == self.name else [pair])]

    def _of(self, name: str, value: str) -> Pairs:
        at = self.at % (len(value) + 1)
        made: dict[str, Pairs] = {
            "drop": [],
            "double": [(name, value), (name, value)],
            "replace": [(name, self.text)],
            "splice": [(name, value[:at] + self.text + value[at:])],
            "overwrite": [(name, value[:at] + self.text + value[at + len(self.text) :])],
            "cut": [(name, value[:at])],
            "rename": [(self.text, value)],
            "swapcase": [(name, value.swapcase())],
        }
        return made[self.kind]


_KINDS = ("drop", "double", "replace", "splice", "overwrite", "cut", "rename", "swapcase", "swap", "add")


def changes(
    names: Sequence[str], *, most: int = 2, words: st.SearchStrategy[str] = texts
) -> st.SearchStrategy[list[Change]]:
    """Return lists of changes, often empty, to parameters with these names."""
    known = st.sampled_from(tuple(names))
    one = st.builds(Change, st.sampled_from(_KINDS), known, words | uris, st.integers(0, 80), known)
    return st.lists(one, max_size=most)


def changed(good: Mapping[str, str], made: Sequence[Change]) -> Pairs:
    """Return the parameters of ``good`` after the changes."""
    pairs = list(good.items())
    for change in made:
        pairs = change(pairs)
    return pairs


def encode(pairs: Pairs) -> bytes:
    """Return the parameters urlencoded; what is no Unicode becomes what is no UTF-8."""
    return "&".join(f"{_quote(name)}={_quote(value)}" for name, value in pairs).encode()


def _quote(text: str) -> str:
    return quote_plus(text.encode("utf-8", "surrogatepass"))


def sole(pairs: Pairs) -> dict[str, str] | None:
    """Return the parameters that are not empty, or None when the server must refuse them."""
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names) or not all(map(_is_readable, chain(*pairs))):
        return None
    return {name: value for name, value in pairs if value}


def _is_readable(text: str) -> bool:
    return len(text) <= LONGEST_VALUE and text == text.encode("utf-8", "ignore").decode()


@dataclass(frozen=True)
class Alteration:
    """One change to the JSON value's part with the number ``part``."""

    kind: str
    part: int
    value: Any = None
    text: str = ""
    at: int = 0

    def __call__(self, whole: Any) -> Any:
        """Return ``whole`` changed."""
        places = list(_places(whole))
        return _put(whole, places[self.part % len(places)], self)

    def of(self, value: Any) -> Any:
        """Return what takes the part's place."""
        if self.kind == "splice":
            at = self.at % (len(value) + 1) if isinstance(value, str) else 0
            return value[:at] + self.text + value[at:] if isinstance(value, str) else self.text
        made: dict[str, Any] = {
            "replace": self.value,
            "wrap": [value],
            "double": [value, value],
            "name": {self.text: value},
            "extend": {**value, self.text: self.value} if isinstance(value, dict) else self.value,
            "text": str(value),
        }
        return made[self.kind]


_ALTERATIONS = ("drop", "splice", "replace", "wrap", "double", "name", "extend", "text")


def alterations(*, most: int = 2, words: st.SearchStrategy[str] = texts) -> st.SearchStrategy[list[Alteration]]:
    """Return lists of alterations, often empty."""
    kinds = st.sampled_from(_ALTERATIONS)
    one = st.builds(Alteration, kinds, st.integers(1, 60), json_values, words | uris, st.integers(0, 40))
    return st.lists(one, max_size=most)


def altered(good: Any, made: Sequence[Alteration]) -> Any:
    """Return the JSON value ``good`` after the alterations; ``good`` stays as it is."""
    for alteration in made:
        good = alteration(good)
    return good


def _places(value: Any, where: Place = ()) -> Iterator[Place]:
    yield where
    for key, inner in _members(value):
        yield from _places(inner, (*where, key))


def _members(value: Any) -> list[tuple[str | int, Any]]:
    if isinstance(value, dict):
        return list(value.items())
    return list(enumerate(value)) if isinstance(value, list) else []


def _put(value: Any, where: Place, alteration: Alteration) -> Any:
    if not where:
        return None if alteration.kind == "drop" else alteration.of(value)
    if len(where) == 1 and alteration.kind == "drop":
        kept = [(key, inner) for key, inner in _members(value) if key != where[0]]
    else:
        kept = [
            (key, _put(inner, where[1:], alteration) if key == where[0] else inner) for key, inner in _members(value)
        ]
    return dict(kept) if isinstance(value, dict) else [inner for _, inner in kept]
