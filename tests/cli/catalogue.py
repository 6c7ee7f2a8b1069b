"""Endpoints without files, for what runs them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mxcp_flask.endpoints.catalogue import Catalogue
from mxcp_flask.endpoints.model import (
    EndpointTest,
    InputRequest,
    Message,
    Parameter,
    Prompt,
    Resource,
    Tool,
)
from mxcp_flask.endpoints.types import input_schema

NAME = {"type": "string", "description": "A name"}


def parameters(**definitions: dict[str, Any]) -> dict[str, Any]:
    """Return an endpoint's fields for required parameters."""
    return {
        "parameters": tuple(Parameter(name, definition) for name, definition in definitions.items()),
        "input_schema": input_schema(definitions, required=tuple(definitions)),
    }


def greet(*tests: EndpointTest) -> Tool:
    """Return a tool that greets, as whoever asks."""
    sql = "SELECT get_username() || '@' || get_user_provider() AS who, $name AS name"
    return Tool(name="greet", path=Path("greet.yml"), sql=sql, tests=tests, **parameters(name=NAME))


FORM = {"type": "object", "properties": {"yes": {"type": "string"}}}
CONFIRM = InputRequest("sure", "elicitation", {"mode": "form", "message": "Sure?", "requestedSchema": FORM})
CONTENT = Tool(name="page", path=Path("page.yml"), content=True, sql="SELECT 'text' AS type, 'hello' AS text")
ASKING = Tool(
    name="asking", path=Path("asking.yml"), sql="SELECT $sure::JSON ->> 'yes' AS said", input_requests=(CONFIRM,)
)
SHELF = Resource(name="shelf", path=Path("shelf.yml"), uri="lib://shelf", sql="SELECT 1 AS a")
BOOK = Resource(
    name="book",
    path=Path("book.yml"),
    uri="lib://books/{id}",
    sql="SELECT $id + 1 AS next",
    returns={"type": "integer"},
    **parameters(id={"type": "integer"}),
)
LETTER = Prompt(
    name="letter",
    path=Path("letter.yml"),
    messages=(
        Message("user", text="Dear {{ name }}{% if sure.yes %}, yes{% endif %}."),
        Message("assistant", type="image", data=b"png", mime_type="image/png"),
    ),
    input_requests=(CONFIRM,),
    **parameters(name=NAME),
)
CATALOGUE = Catalogue(
    tools={tool.name: tool for tool in (greet(), CONTENT, ASKING)},
    resources={resource.uri: resource for resource in (SHELF, BOOK)},
    prompts={LETTER.name: LETTER},
)
