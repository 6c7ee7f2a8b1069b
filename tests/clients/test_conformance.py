"""The official conformance suite's scenarios for authorization servers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mxcp_flask.demo import servers
from tests.clients.conftest import CONFORMANCE
from tests.clients.people import Person
from tests.clients.programs import MODULES, running

pytestmark = pytest.mark.clients
SCRIPT = MODULES / "@modelcontextprotocol" / "conformance" / "dist" / "index.js"


def test_the_authorization_server_conforms(base: str, ada: Person, tmp_path: Path) -> None:
    """The metadata and the code grant must pass every check, without a warning."""
    settings = tmp_path / "server.json"
    settings.write_text(json.dumps({"url": base, "clientId": CONFORMANCE["client_id"], "resource": f"{base}/mcp"}))
    results = tmp_path / "results"
    arguments = ("authorization", "--file", settings, "-p", str(servers.free_port()), "-o", results)

    with running(SCRIPT, *arguments, home=tmp_path) as program:
        ada.sign_in(program, program.output)
        code, output = program.wait(), program.output.rest()

    assert code == 0, output
    checks = [check for path in results.rglob("checks.json") for check in json.loads(path.read_text())]
    assert {check["id"]: check["status"] for check in checks} == {
        "authorization-server-metadata": "SUCCESS",
        "authorization-server-metadata-cimd": "SUCCESS",
        "authorization-code-grant": "SUCCESS",
    }
