"""DuckDB's JSON columns arrive as text: read them where a result declares a list or an object."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from mxcp_flask.endpoints.json_values import to_json
from mxcp_flask.endpoints.types import SCALARS, Definition

Reader = Callable[[Any], Any]


def read_json_texts(definition: Definition, value: Any) -> Any:
    """Return the JSON value with each text that stands for a declared list or object read; others stay as they are."""
    return reader_of(definition)(value)


def reader_of(definition: Definition) -> Reader:
    """Return what reads the texts in values of ``definition``, which is of a list or an object."""
    wanted = list if definition["type"] == "array" else dict
    of_items = reader_of(definition["items"]) if _is_nested(definition.get("items")) else None
    properties = definition.get("properties", {}).items()
    of_properties = [(name, reader_of(each)) for name, each in properties if _is_nested(each)]

    def read(value: Any) -> Any:
        if isinstance(value, str):
            value = _read(value, wanted)
        if of_items and isinstance(value, list):
            return [*map(of_items, value)]
        if of_properties and isinstance(value, dict):
            return {**value, **{name: each(value[name]) for name, each in of_properties if name in value}}
        return value

    return read


def _is_nested(definition: Definition | None) -> bool:
    return definition is not None and definition["type"] not in SCALARS


def _read(text: str, wanted: type) -> Any:
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return to_json(parsed) if isinstance(parsed, wanted) else text
