"""DuckDB's JSON columns arrive as text: read them where a result declares a list or an object."""

from __future__ import annotations

import json
from typing import Any

from mxcp_flask.endpoints.json_values import to_json
from mxcp_flask.endpoints.types import SCALARS, Definition


def read_json_texts(definition: Definition, value: Any) -> Any:
    """Return the JSON value with each text that stands for a declared list or object read; others stay as they are."""
    if isinstance(value, str):
        value = _read(value, list if definition["type"] == "array" else dict)
    if isinstance(value, list) and _is_nested(definition.get("items")):
        return [read_json_texts(definition["items"], each) for each in value]
    if isinstance(value, dict):
        nested = {name: each for name, each in definition.get("properties", {}).items() if _is_nested(each)}
        return {**value, **{name: read_json_texts(nested[name], value[name]) for name in nested if name in value}}
    return value


def _is_nested(definition: Definition | None) -> bool:
    return definition is not None and definition["type"] not in SCALARS


def _read(text: str, wanted: type) -> Any:
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return to_json(parsed) if isinstance(parsed, wanted) else text
