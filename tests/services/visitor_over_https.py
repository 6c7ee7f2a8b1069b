"""Run inside a machine: somebody signs in with the SDK's client over https, and asks for their notes."""

from __future__ import annotations

import json
import sys
from typing import Any

from mcp import Client
from mcp.types import TextContent

from tests.flows.test_sdk_client import Person


async def ask(client: Client) -> dict[str, Any]:
    """Return the revision, the names of the tools, and the caller's notes."""
    names = sorted(tool.name for tool in (await client.list_tools()).tools)
    answer = await client.call_tool("my_notes", {})
    content = answer.content[0]
    assert isinstance(content, TextContent)
    return {"revision": client.protocol_version, "tools": names, "notes": content.text}


if __name__ == "__main__":
    base, mode, login = sys.argv[1:]
    print(json.dumps(Person(login).talk(base, mode, ask)))
