"""The Inspector's command line. It ignores the scope of a challenge, so that it cannot step up (version 2.12.0)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mxcp_flask.demo import servers
from tests.clients.people import Person, outlive_tokens
from tests.clients.programs import MODULES, running

pytestmark = pytest.mark.clients
every_era = pytest.mark.parametrize("era", ["legacy", "auto", "modern"])
SCRIPT = MODULES / "@modelcontextprotocol" / "inspector" / "clients" / "launcher" / "build" / "index.js"
SETTINGS = {"MCP_AUTO_OPEN_ENABLED": "true", "MCP_INSPECTOR_SECRET_STORE": "file"}  # else it wants a terminal


class Inspector:
    """The Inspector, for one server, with what it keeps in ``home``."""

    def __init__(self, base: str, home: Path, era: str) -> None:
        self.home = home
        callback = f"http://127.0.0.1:{servers.free_port()}/oauth/callback"
        self.arguments = ("--cli", f"{base}/mcp", "--protocol-era", era, "--callback-url", callback)

    def run(self, *method: str, person: Person | None = None) -> Any:
        """Return the result of one method; ``person`` consents, for which the Inspector must then ask."""
        more = () if person else ("--stored-auth-only",)
        arguments = (*self.arguments, "-q", "--format", "json", "--method", *method, *more)
        with running(SCRIPT, *arguments, home=self.home, **SETTINGS) as program:
            if person:
                person.sign_in(program, program.errors)
            code, output = program.wait(), program.output.rest()
            assert code == 0, program.errors.rest()
        return json.loads(output)["result"]


@every_era
def test_the_inspector_finds_its_way_from_the_url_to_a_tool(base: str, ada: Person, tmp_path: Path, era: str) -> None:
    """One consent must lead to the tools, and what the Inspector keeps must serve its next runs."""
    inspector = Inspector(base, tmp_path, era)

    tools = inspector.run("tools/list", person=ada)["tools"]
    result = inspector.run("tools/call", "--tool-name", "whoami")

    assert "whoami" in [tool["name"] for tool in tools]
    assert result["content"][0]["text"] == "ada-fixture"
    assert ada.scopes == ["mxcp:access"]


def test_the_inspector_refreshes(hasty_base: str, ada: Person, tmp_path: Path) -> None:
    """A kept token that has ended must be renewed without the person; so must the one that came from that."""
    inspector = Inspector(hasty_base, tmp_path, "auto")
    inspector.run("tools/list", person=ada)

    for _ in range(2):
        outlive_tokens(hasty_base)
        result = inspector.run("tools/call", "--tool-name", "whoami")
        assert result["content"][0]["text"] == "ada-fixture"

    assert len(ada.asked) == 1
