"""Completing the arguments of prompts and resource templates while a person types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from mxcp_flask.endpoints.arguments import bind
from mxcp_flask.endpoints.json_values import to_json
from mxcp_flask.endpoints.model import Endpoint, Parameter
from mxcp_flask.errors import ParamsInvalid
from mxcp_flask.mcp.bounds import text_of
from mxcp_flask.mcp.queries import as_protocol_errors, query
from mxcp_flask.mcp.service import Exchange, Service

MOST_VALUES = 100  # MCP's own limit


def complete(exchange: Exchange, params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the CompleteResult: values that begin with what was typed, then those that contain it, whatever the case.

    They come from the parameter's ``enum``, then its ``examples``, then its SQL, which chooses by itself.

    Raises:
        ParamsInvalid: there is no such prompt, template or argument, or a member is missing or of the wrong type.
        EndpointFailed: the parameter's SQL failed.

    """
    endpoint = endpoint_of_ref(exchange.service, params)
    if endpoint is None:
        raise ParamsInvalid(reason="'ref' must name a prompt, or the URI template of a resource, that exists")
    parameter, typed = _argument(endpoint, params.get("argument"))
    found = _ranked(_declared(parameter), typed)
    total_known = True
    if parameter.completion is not None:
        with as_protocol_errors():
            values = {**_context(endpoint, parameter, params.get("context")), "value": typed}
            rows = query(exchange, parameter.completion, values)
        found += [_text(row[0]) for row in rows.rows if row[0] is not None]
        total_known = not rows.cut
    return _result(list(dict.fromkeys(found)), total_known=total_known)


def endpoint_of_ref(service: Service, params: Any) -> Endpoint | None:
    """Return the prompt or resource that ``params["ref"]`` names, if there is one."""
    ref = params.get("ref") if isinstance(params, dict) else None
    if not isinstance(ref, dict):
        return None
    places: dict[Any, tuple[Any, Mapping[str, Endpoint]]] = {
        "ref/prompt": (ref.get("name"), service.catalogue.prompts),
        "ref/resource": (ref.get("uri"), service.catalogue.resources),
    }
    kind = ref.get("type")
    key, endpoints = places.get(kind, (None, {})) if isinstance(kind, str) else (None, {})
    return endpoints.get(key) if isinstance(key, str) else None


def _argument(endpoint: Endpoint, argument: Any) -> tuple[Parameter, str]:
    name, typed = (argument.get("name"), argument.get("value")) if isinstance(argument, dict) else (None, None)
    if not isinstance(name, str) or not isinstance(typed, str):
        raise ParamsInvalid(reason="'argument' must hold the strings 'name' and 'value'")
    for parameter in endpoint.parameters:
        if parameter.name == name:
            return parameter, typed
    known = ", ".join(parameter.name for parameter in endpoint.parameters) or "none"
    raise ParamsInvalid(reason=f"{endpoint.key} has no such argument (known: {known})")


def _declared(parameter: Parameter) -> Iterator[str]:
    for key in ("enum", "examples"):
        for value in parameter.definition.get(key) or ():
            if value is not None:
                yield _text(value)


def _ranked(candidates: Iterator[str], typed: str) -> list[str]:
    wanted = typed.casefold()
    found = [candidate for candidate in candidates if wanted in candidate.casefold()]
    return sorted(found, key=lambda candidate: not candidate.casefold().startswith(wanted))  # else in their order


def _context(endpoint: Endpoint, completed: Parameter, context: Any) -> dict[str, Any]:
    """Return values for all parameters: those in ``context["arguments"]`` checked, the others null."""
    arguments = context.get("arguments") if isinstance(context, dict) else None
    given = arguments if isinstance(arguments, dict) else {}
    known = tuple(p for p in endpoint.parameters if p.name in given and p is not completed)
    bound = bind(replace(endpoint, parameters=known), {p.name: given[p.name] for p in known}) if known else {}
    return {**{p.name: None for p in endpoint.parameters}, **bound}


def _text(value: Any) -> str:
    return text_of(to_json(value))


def _result(values: list[str], *, total_known: bool) -> dict[str, Any]:
    shown = values[:MOST_VALUES]
    form = {"values": shown, "hasMore": len(values) > len(shown) or not total_known}
    return {"completion": {**form, "total": len(values)} if total_known else form}
