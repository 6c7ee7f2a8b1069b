"""mcp-remote, through which clients that speak only over standard streams reach a server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from mxcp_flask.demo import servers
from tests.clients.people import Person, outlive_tokens
from tests.clients.programs import MODULES, Program, running

pytestmark = pytest.mark.clients
every_protocol = pytest.mark.parametrize("protocol", ["legacy", "auto"])
HANDSHAKE = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "an agent", "version": "1"}}


class Remote:
    """A running mcp-remote, with what stands before it."""

    def __init__(self, program: Program, person: Person) -> None:
        self.program = program
        self.person = person
        self.numbers = count(1)

    def send(self, method: str, **params: Any) -> None:
        """Send a request."""
        message = {"jsonrpc": "2.0", "id": next(self.numbers), "method": method, "params": params}
        self.program.write(json.dumps(message))

    def sign_in(self) -> None:
        """Let the person consent, for which mcp-remote must ask."""
        self.person.sign_in(self.program, self.program.errors)

    def answer(self) -> Any:
        """Return the result of the request that was sent last."""
        answer = json.loads(self.program.output.find(r"^{.*}$").group())
        assert "result" in answer, answer
        return answer["result"]

    def initialize(self) -> None:
        """Shake hands, with a sign-in in between."""
        self.send("initialize", **HANDSHAKE)
        self.sign_in()
        self.answer()
        self.program.write(json.dumps({"jsonrpc": "2.0", "method": "notifications/initialized"}))


@contextmanager
def remote(base: str, person: Person, home: Path, protocol: str) -> Iterator[Remote]:
    """Run mcp-remote in front of ``base``, its listener at a free port."""
    arguments = (f"{base}/mcp", str(servers.free_port()), "--protocol", protocol)
    script = MODULES / "mcp-remote" / "dist" / "proxy.js"
    with running(script, *arguments, home=home, MCP_REMOTE_CONFIG_DIR=str(home)) as program:
        yield Remote(program, person)


def text_of(result: Any) -> str:
    """Return the text that a tool answered with."""
    text: str = result["content"][0]["text"]
    return text


@every_protocol
def test_mcp_remote_finds_its_way_and_steps_up(base: str, ada: Person, tmp_path: Path, protocol: str) -> None:
    """One consent must lead to the tools, and one more to the tool that needs another scope."""
    with remote(base, ada, tmp_path, protocol) as client:
        client.initialize()
        client.send("tools/list")
        names = [tool["name"] for tool in client.answer()["tools"]]
        client.send("tools/call", name="whoami", arguments={})
        assert text_of(client.answer()) == "ada-fixture"
        client.send("tools/call", name="admin_only", arguments={})
        client.sign_in()
        assert text_of(client.answer()) == "hello ada-fixture"

    assert "whoami" in names
    assert ada.scopes == ["mxcp:access", "mxcp:access mxcp:admin"]


def test_mcp_remote_refreshes(hasty_base: str, ada: Person, tmp_path: Path) -> None:
    """A token that has ended must be renewed without the person; so must the one that came from that."""
    with remote(hasty_base, ada, tmp_path, "auto") as client:
        client.initialize()
        for _ in range(2):
            outlive_tokens(hasty_base)
            client.send("tools/call", name="whoami", arguments={})
            assert text_of(client.answer()) == "ada-fixture"

    assert len(ada.asked) == 1
