"""The prompts: listing those that the caller may use, and filling one in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mxcp_flask.endpoints.arguments import bind
from mxcp_flask.endpoints.model import Prompt
from mxcp_flask.errors import ParamsInvalid
from mxcp_flask.mcp.bounds import size_of, text_of, too_large
from mxcp_flask.mcp.client_capabilities import require
from mxcp_flask.mcp.input_requests import gather
from mxcp_flask.mcp.paging import list_page
from mxcp_flask.mcp.prompt_forms import message
from mxcp_flask.mcp.queries import as_protocol_errors
from mxcp_flask.mcp.service import Exchange, Service
from mxcp_flask.mcp.template_values import template_values

MAX_NAME = 128  # characters of an unknown prompt's name that the answer repeats


def list_prompts(exchange: Exchange, params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the ListPromptsResult: a page, by name, without the prompts whose scopes the caller lacks."""
    return list_page("prompts", exchange, params)


def get_prompt(exchange: Exchange, params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the GetPromptResult of the prompt named in ``params``; arguments are texts that mean values.

    Raises:
        ParamsInvalid: there is no such prompt, or arguments or the client's answers are missing, unknown or do not fit.
        CapabilitiesMissing, RevisionTooOld, InputDeclined: the client or its person does not answer what is asked.
        EndpointFailed: its texts cannot be filled in, or are too large.

    """
    prompt = prompt_of(exchange.service, params)
    if prompt is None:
        raise ParamsInvalid(reason=_no_such_prompt(params))
    require(prompt, exchange)
    with as_protocol_errors():
        arguments = params.get("arguments")
        bound = bind(prompt, {} if arguments is None else arguments)
        given = gather(prompt, exchange, "prompts/get", params, bound)
        if given.asking:
            return given.asking
        values = {**template_values(bound), **given.answers}
        form: dict[str, Any] = {"messages": [message(each, values, exchange.revision) for each in prompt.messages]}
        size = size_of(text_of(form))
        if size > exchange.service.max_bytes:
            raise too_large(size, exchange.service.max_bytes)
    return {"description": prompt.description, **form} if prompt.description else form


def prompt_of(service: Service, params: Any) -> Prompt | None:
    """Return the prompt that ``params`` names, if there is one."""
    name = params.get("name") if isinstance(params, dict) else None
    return service.catalogue.prompts.get(name) if isinstance(name, str) else None


def _no_such_prompt(params: Mapping[str, Any]) -> str:
    name = params.get("name")
    return f"unknown prompt '{name[:MAX_NAME]}'" if isinstance(name, str) else "'name' must be a string"
