"""Turn the checked content of an endpoint file into what the catalogue holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mxcp_flask.documents import Document
from mxcp_flask.endpoints.attachments import Attachments
from mxcp_flask.endpoints.case_schema import EXPECTATIONS
from mxcp_flask.endpoints.making_prompts import messages
from mxcp_flask.endpoints.making_requests import input_request
from mxcp_flask.endpoints.model import Endpoint, EndpointTest, Kind, Parameter, Prompt, Resource, Tool
from mxcp_flask.endpoints.types import input_schema, output_schema

Data = Mapping[str, Any]


def make_endpoint(kind: Kind, document: Document, data: Data, attachments: Attachments) -> Endpoint:
    """Return the endpoint that ``data`` and its ``attachments``, all of them valid, describe."""
    return _MAKERS[kind](data, {**_common(data), **_place(kind, document)}, attachments)


def _tool(data: Data, common: dict[str, Any], attachments: Attachments) -> Tool:
    returns = data.get("returns")
    title = {"title": data["title"]} if "title" in data else {}
    return Tool(
        **common,
        name=data["name"],
        sql=attachments.sql,
        returns=returns,
        annotations={**title, **data.get("annotations", {})},
        output_schema=None if returns is None else output_schema(returns),
        content=data.get("content", False),
        steps=tuple(data.get("steps", ())),
        required_capabilities=tuple(data.get("required_capabilities", ())),
    )


def _resource(data: Data, common: dict[str, Any], attachments: Attachments) -> Resource:
    return Resource(
        **common,
        name=data.get("name", data["uri"]),
        uri=data["uri"],
        mime_type=data.get("mime_type"),
        sql=attachments.sql,
        returns=data.get("returns"),
    )


def _prompt(data: Data, common: dict[str, Any], attachments: Attachments) -> Prompt:
    return Prompt(**common, name=data["name"], messages=messages(data["messages"], attachments.data))


_MAKERS: Mapping[Kind, Callable[[Data, dict[str, Any], Attachments], Endpoint]] = {
    "tool": _tool,
    "resource": _resource,
    "prompt": _prompt,
}


def _place(kind: Kind, document: Document) -> dict[str, Any]:
    return {"path": document.path, "line": document.line((kind, "uri" if kind == "resource" else "name"))}


def _common(data: Data) -> dict[str, Any]:
    parameters = tuple(_parameter(each) for each in data.get("parameters", ()))
    required = [parameter.name for parameter in parameters if not parameter.has_default]
    return {
        "title": data.get("title"),
        "description": data.get("description", ""),
        "parameters": parameters,
        "tags": tuple(data.get("tags", ())),
        "required_scopes": tuple(data.get("required_scopes", ())),
        "input_requests": tuple(input_request(each) for each in data.get("input_requests", ())),
        "tests": tuple(_test(each) for each in data.get("tests") or ()),
        "input_schema": input_schema({p.name: p.definition for p in parameters}, required=required),
    }


def _parameter(data: Data) -> Parameter:
    definition = {key: value for key, value in data.items() if key != "completion"}
    return Parameter(data["name"], definition, "default" in data, data.get("default"), data.get("completion"))


def _test(data: Data) -> EndpointTest:
    return EndpointTest(
        name=data["name"],
        arguments={argument["key"]: argument["value"] for argument in data["arguments"]},
        description=data.get("description", ""),
        user_context=data.get("user_context"),
        expected={key: data[key] for key in EXPECTATIONS if key in data},
    )
