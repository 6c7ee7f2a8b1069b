"""Arguments as the values of templates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mxcp_flask.endpoints.json_values import to_json


def template_values(bound: Mapping[str, Any]) -> dict[str, Any]:
    """Return bound arguments as a template shows them best: dates in ISO 8601, 5.0 as 5, and nothing for a null."""
    values = {name: to_json(value) for name, value in bound.items() if value is not None}
    return {name: _whole(value) for name, value in values.items()}


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value
