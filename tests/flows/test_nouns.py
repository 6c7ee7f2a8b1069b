"""Resources, prompts and completion for the official SDK's client, against ``mxcp serve`` over real sockets."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import pytest
from mcp import Client
from mcp.types import (
    BlobResourceContents,
    PromptReference,
    ResourceTemplateReference,
    TextContent,
    TextResourceContents,
)

from mxcp_flask.demo import servers
from tests.flows.test_sdk_client import Person
from tests.support import live

pytestmark = pytest.mark.slow
every_mode = pytest.mark.parametrize("mode", ["legacy", "2026-07-28"])
FILES = {
    "resources/about.yml": """
resource:
  uri: shop://about
  name: about
  title: About the shop
  description: What the shop is
  source: {code: "SELECT 'A shop for ' || get_username()"}
""",
    "resources/logo.yml": """
resource:
  uri: shop://logo
  mime_type: image/png
  source: {code: "SELECT '\\\\x89PNG'::BLOB"}
""",
    "resources/order.yml": """
resource:
  uri: shop://orders/{id}
  name: order
  description: One order
  parameters:
    - name: id
      type: integer
      description: Which
      completion: SELECT i FROM range(20) t(i) WHERE i::VARCHAR LIKE $value || '%'
  return: {type: object}
  source: {code: "SELECT $id AS id, get_username() AS owner"}
""",
    "resources/audit.yml": """
resource:
  uri: shop://audit
  required_scopes: ["mxcp:admin"]
  source: {code: "SELECT 'all of it'"}
""",
    "prompts/greet.yml": """
prompt:
  name: greet
  description: Greets somebody
  parameters:
    - {name: who, type: string, description: Whom, enum: [Ada, Bo]}
    - {name: times, type: integer, default: 1}
  messages:
    - {role: system, prompt: "Be kind."}
    - {role: user, type: text, prompt: "Greet {{ who }} {{ times }} times."}
""",
}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory, provider_url: str, port: int) -> Iterator[str]:
    """Serve a project with the files above."""
    site = live.live_site(tmp_path_factory.mktemp("nouns"), provider_url)
    for name, text in FILES.items():
        site.write(name, f"mxcp: 1{text}")
    with servers.serve_project(site.project, site.config, port, site.environ) as url:
        yield url


@every_mode
def test_the_client_reads_resources(base: str, mode: str) -> None:
    """Text, BLOB and JSON of the person who signed in must arrive, and what needs another scope not be listed."""

    async def read(client: Client) -> Any:
        listed = [str(each.uri) for each in (await client.list_resources()).resources]
        templates = [each.uri_template for each in (await client.list_resource_templates()).resource_templates]
        contents = [
            (await client.read_resource(f"shop://{rest}")).contents[0] for rest in ("about", "logo", "orders/7")
        ]
        return listed, templates, contents

    listed, templates, (about, logo, order) = Person("ada-fixture").talk(base, mode, read)

    assert (listed, templates) == (["shop://about", "shop://logo"], ["shop://orders/{id}"])
    assert isinstance(about, TextResourceContents)
    assert about.text == "A shop for ada-fixture"
    assert isinstance(logo, BlobResourceContents)
    assert (base64.b64decode(logo.blob), logo.mime_type) == (b"\x89PNG", "image/png")
    assert isinstance(order, TextResourceContents)
    assert (order.text, order.mime_type) == ('{"id":7,"owner":"ada-fixture"}', "application/json")


@every_mode
def test_the_client_uses_prompts_and_completion(base: str, mode: str) -> None:
    """A prompt must come filled in, and its arguments and a template's be completed from the file and from SQL."""

    async def use(client: Client) -> Any:
        [prompt] = (await client.list_prompts()).prompts
        messages = (await client.get_prompt("greet", {"who": "Bo", "times": "2"})).messages
        who = await client.complete(PromptReference(name="greet"), {"name": "who", "value": "a"})
        template = ResourceTemplateReference(uri="shop://orders/{id}")
        number = await client.complete(template, {"name": "id", "value": "1"})
        return prompt, messages, who.completion.values, number.completion.values

    prompt, messages, who, numbers = Person("ada-fixture").talk(base, mode, use)

    assert [(each.name, each.required) for each in prompt.arguments] == [("who", True), ("times", False)]
    assert [message.role for message in messages] == ["user", "user"]
    assert messages[1].content == TextContent(type="text", text="Greet Bo 2 times.")
    assert who == ["Ada"]
    assert numbers == ["1", *(str(number) for number in range(10, 20))]


@every_mode
def test_a_resource_that_needs_a_scope_asks_for_it(base: str, mode: str) -> None:
    """Reading it must send the person to one more consent, and then be answered and listed."""
    ada = Person("ada-fixture")

    async def read(client: Client) -> Any:
        await client.list_prompts()  # the SDK answers one challenge a request, and the first is for the token
        [audit] = (await client.read_resource("shop://audit")).contents
        return audit, [str(each.uri) for each in (await client.list_resources()).resources]

    audit, listed = ada.talk(base, mode, read)

    assert audit.text == "all of it"
    assert "shop://audit" in listed
    assert [asked["scope"] for asked in ada.sign_ins][-1] == "mxcp:access mxcp:admin"
