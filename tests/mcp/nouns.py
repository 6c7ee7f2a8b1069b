"""A small catalogue of resources and prompts, and ways to look at what comes back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mxcp_flask.endpoints.catalogue import Catalogue
from mxcp_flask.endpoints.model import Message, Parameter, Prompt, Resource
from tests.mcp.fakes import TOOLS, arguments_schema

ID = {"type": "integer", "minimum": 1, "description": "Which order"}
WHO = {"type": "string", "description": "Whom to greet", "enum": ["Ada", "Alan", "Bo", "Canada"]}
TIMES = {"type": "integer", "default": 1, "examples": [1, 2, 12]}
PIXEL = b"\x89PNG\r\n\x1a\n"


def resource(uri: str, **facts: Any) -> Resource:
    """Return a resource without parameters, unless ``facts`` say otherwise."""
    return Resource(**{"name": "", "uri": uri, "path": Path("resources/r.yml"), "sql": f"FROM '{uri}'", **facts})


def prompt(name: str, *messages: Message, **facts: Any) -> Prompt:
    """Return a prompt without parameters, unless ``facts`` say otherwise."""
    return Prompt(**{"name": name, "path": Path(f"prompts/{name}.yml"), "messages": messages, **facts})


RESOURCES = (
    resource("shop://about", name="about", title="About", description="About the shop"),
    resource("shop://logo", mime_type="image/png"),
    resource("shop://orders", returns={"type": "array"}),
    resource("shop://orders/all/text", returns={"type": "string"}, mime_type="text/markdown"),
    resource("shop://audit", required_scopes=("shop:admin",)),
    resource(
        "shop://orders/{id}",
        name="order",
        title="One order",
        description="An order by its number",
        returns={"type": "object"},
        parameters=(Parameter("id", ID, completion="SELECT id FROM orders WHERE id LIKE $value"),),
        input_schema=arguments_schema(id=ID),
    ),
    resource(
        "shop://orders/{id}/notes",
        required_scopes=("shop:admin",),
        parameters=(Parameter("id", ID),),
        input_schema=arguments_schema(id=ID),
    ),
)
PROMPTS = (
    prompt(
        "greet",
        Message("user", text="Greet {{ who }} {{ times }} times."),
        Message("assistant", text="Hello {{ who }}"),
        title="Greeting",
        description="Greets somebody",
        parameters=(
            Parameter("who", WHO),
            Parameter("times", TIMES, has_default=True, default=1, completion="SELECT $who || $value"),
        ),
        input_schema=arguments_schema(who=WHO, times=TIMES),
    ),
    prompt(
        "everything",
        Message("user", text="Look:"),
        Message("user", "image", data=PIXEL, mime_type="image/png"),
        Message("user", "audio", data=b"RIFF", mime_type="audio/wav"),
        Message("user", "resource", uri="shop://orders/{{ id }}", mime_type="text/plain", text="Order {{ id }}"),
        Message("user", "resource", uri="shop://logo", mime_type="image/png", data=PIXEL),
        Message("user", "resource_link", uri="shop://orders/{{ id }}", name="Order {{ id }}", text="The order"),
        parameters=(Parameter("id", ID),),
        input_schema=arguments_schema(id=ID),
    ),
    prompt("administer", Message("user", text="Administer."), required_scopes=("shop:admin",)),
)
FULL = Catalogue(
    tools={tool.name: tool for tool in TOOLS},
    resources={resource.uri: resource for resource in RESOURCES},
    prompts={prompt.name: prompt for prompt in PROMPTS},
)
