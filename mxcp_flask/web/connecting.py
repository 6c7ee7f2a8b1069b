"""What to type or paste so that an application connects to this server, for the landing page."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from mxcp_flask.redirect_uris import LOOPBACK_HOSTS, host_of

_LIST_TOOLS = '{"jsonrpc": "2.0", "id": 1, "method": "tools/list"}'


@dataclass(frozen=True)
class Way:
    """How one application connects: what to do, and the text to paste."""

    name: str
    todo: str
    text: str
    note: str = ""


def ways_to_connect(project: str, resource: str, *, needs_sign_in: bool) -> list[Way]:
    """Return the ways for the MCP endpoint at ``resource``."""
    name = _name(project)
    return [
        Way("Claude Code", "Run this in a terminal:", f"claude mcp add --transport http {name} {resource}"),
        Way("Claude", "Settings, Connectors, Add custom connector. Paste:", resource, note=_reach(resource)),
        Way("VS Code", "Save as .vscode/mcp.json in your workspace:", _vs_code(name, resource)),
        Way("Cursor", "Save as .cursor/mcp.json in your project, or ~/.cursor/mcp.json:", _cursor(name, resource)),
        Way(
            "MCP Inspector",
            "Run this in a terminal; choose Streamable HTTP in the page that opens, and enter this server's URL:",
            "npx @modelcontextprotocol/inspector",
        ),
        Way(
            "curl",
            "With an access token in TOKEN:" if needs_sign_in else "Lists the tools:",
            _curl(resource, needs_sign_in=needs_sign_in),
        ),
    ]


def _reach(resource: str) -> str:
    local = host_of(urlsplit(resource)) in LOOPBACK_HOSTS
    return "Claude reaches servers on the internet only; this one is on your own computer." if local else ""


def _vs_code(name: str, resource: str) -> str:
    return _json({"servers": {name: {"type": "http", "url": resource}}})


def _cursor(name: str, resource: str) -> str:
    return _json({"mcpServers": {name: {"url": resource}}})


def _curl(resource: str, *, needs_sign_in: bool) -> str:
    lines = [
        f"curl {resource}",
        *(['-H "Authorization: Bearer $TOKEN"'] if needs_sign_in else []),
        "-H 'Content-Type: application/json'",
        "-H 'Accept: application/json, text/event-stream'",
        f"-d '{_LIST_TOOLS}'",
    ]
    return " \\\n  ".join(lines)


def _json(value: object) -> str:
    return json.dumps(value, indent=2)


def _name(project: str) -> str:
    """Return a name for the server that every application and every shell takes as it is."""
    return re.sub(r"[^a-z0-9]+", "-", project.lower()).strip("-") or "mxcp"
