"""``${NAME}`` in values."""

from __future__ import annotations

from typing import Any

import pytest

from mxcp_flask.config.references import Resolver, change_at, value_at

ENVIRON = {"A": "1", "B_2": "two", "EMPTY": "", "NESTED": "${A}"}


@pytest.mark.parametrize(
    ("value", "resolved"),
    [
        ("${A}", "1"),
        ("x${A}y${B_2}z", "x1ytwoz"),
        ("${EMPTY}", ""),
        ("${NESTED}", "${A}"),
        ("$A ${} ${a-b} {A}", "$A ${} ${a-b} {A}"),
        (["${A}", {"${A}": "${A}"}], ["1", {"${A}": "1"}]),
        (8000, 8000),
        (None, None),
        (True, True),
    ],
)
def test_references_are_replaced_in_values(value: Any, resolved: Any) -> None:
    """Values at any depth are resolved once; keys, and what is no reference, stay."""
    resolver = Resolver(ENVIRON)

    assert resolver.resolve(value, ()) == resolved
    assert resolver.unresolved() == frozenset()


def test_unset_variables_are_remembered_with_their_places() -> None:
    """Every place of every missing variable is known afterwards."""
    resolver = Resolver(ENVIRON)

    resolver.resolve({"a": "${X}-${X}", "b": ["${A}", "${Y}${X}"]}, ("top",))

    assert resolver.unset == {"X": [("top", "a"), ("top", "b", 1)], "Y": [("top", "b", 1)]}
    assert resolver.unresolved() == {("top", "a"), ("top", "b", 1)}


@pytest.mark.parametrize(
    ("value", "foreign"),
    [("vault://a#b", True), ("op://a/b/c", True), ("https://a/?x=op://", False), ("vault:x", False)],
)
def test_references_to_secret_stores_are_remembered(value: str, foreign: bool) -> None:
    """Only a value that begins with such a scheme is one."""
    resolver = Resolver({})

    resolver.resolve(value, ("key",))

    assert resolver.foreign == ([("key",)] if foreign else [])


def test_a_change_leaves_the_original() -> None:
    """The changed data is a copy along the path, and an absent place changes nothing."""
    data = {"a": {"b": 1}, "c": 2}

    assert change_at(data, ("a", "b"), lambda value: value + 1) == {"a": {"b": 2}, "c": 2}
    assert change_at(data, ("a", "x", "y"), lambda _: 9) == data
    assert change_at(data, ("c", "x"), lambda _: 9) == data
    assert data == {"a": {"b": 1}, "c": 2}


@pytest.mark.parametrize(
    ("where", "value"), [(("a", "b"), 1), (("a", "x"), None), (("a", "b", "c"), None), (("x",), None)]
)
def test_a_value_is_found_or_none(where: tuple[str, ...], value: Any) -> None:
    """A path that the data does not have leads to None."""
    assert value_at({"a": {"b": 1}}, where) == value
