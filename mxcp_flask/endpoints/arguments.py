"""Check and convert the arguments of a call into the values that the SQL's parameters get."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mxcp_flask.endpoints.checks import find_faults, quote
from mxcp_flask.endpoints.coercion import coerce
from mxcp_flask.endpoints.formats import FORMATS
from mxcp_flask.endpoints.limits import find_excess
from mxcp_flask.endpoints.model import Endpoint, Parameter
from mxcp_flask.endpoints.types import Definition
from mxcp_flask.errors import ArgumentsInvalid

_MOST_FAULTS = 20  # named in one answer


def bind(tool: Endpoint, arguments: Any) -> dict[str, Any]:
    """Return a value for each parameter of ``tool``: bool, int, float, str, date, time, datetime, list, dict or None.

    Missing arguments get their default, and so does an explicit null where there is a default. A call without arguments
    may pass None.

    Raises:
        ArgumentsInvalid: naming every fault (20 at most) and what would be right, for a language model to read.

    """
    given = {} if arguments is None else arguments
    if not isinstance(given, Mapping):
        raise ArgumentsInvalid(faults="the arguments must be an object of names and values")
    values = _values(tool.parameters, given)
    faults = [*_name_faults(tool, given), *_value_faults(tool, values)]
    if faults:
        raise ArgumentsInvalid(faults=_join(faults))
    return {p.name: _to_database(p.definition, values[p.name]) for p in tool.parameters}


def _values(parameters: Iterable[Parameter], given: Mapping[str, Any]) -> dict[str, Any]:
    values = {}
    for parameter in parameters:
        value = given.get(parameter.name)
        if value is None and parameter.has_default:
            values[parameter.name] = parameter.default
        elif parameter.name in given:
            values[parameter.name] = coerce(parameter.definition, value)
    return values


def _name_faults(tool: Endpoint, given: Mapping[str, Any]) -> Iterator[str]:
    known = [parameter.name for parameter in tool.parameters]
    for name in given:
        if name not in known:
            yield f"{quote(name)} is not an argument of {tool.key} (known: {', '.join(known) or 'none'})"
    for parameter in tool.parameters:
        if parameter.name not in given and not parameter.has_default:
            yield f"{parameter.name}: is missing"


def _value_faults(tool: Endpoint, values: Mapping[str, Any]) -> Iterator[str]:
    for parameter in tool.parameters:
        if parameter.name not in values or _is_null_default(parameter, values[parameter.name]):
            continue
        value = values[parameter.name]
        excess = find_excess(value)
        if excess:
            yield f"{parameter.name}: {excess}"
        else:
            yield from find_faults(tool.validators[parameter.name], value, parameter.definition, parameter.name)


def _is_null_default(parameter: Parameter, value: Any) -> bool:
    return value is None and parameter.has_default


def _join(faults: list[str]) -> str:
    left_out = len(faults) - _MOST_FAULTS
    more = [f"and {left_out} more"] if left_out > 0 else []
    return "; ".join(faults[:_MOST_FAULTS] + more)


def _to_database(definition: Definition, value: Any) -> Any:
    if value is None:
        return None
    if definition["type"] == "number":  # one SQL type, whether or not the number came with a fraction
        return float(value)
    if definition["type"] == "integer":
        return int(value)
    if definition["type"] == "array":
        item = definition.get("items")
        return [_to_database(item, each) for each in value] if item else value
    if definition["type"] == "object":
        properties = definition.get("properties", {})
        return {k: _to_database(properties[k], each) if k in properties else each for k, each in value.items()}
    return FORMATS[definition["format"]].read(value) if "format" in definition else value
