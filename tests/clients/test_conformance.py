"""The official conformance suite: its scenarios for authorization servers, and what each revision of MCP requires."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from mxcp_flask.demo import servers
from mxcp_flask.documents import load_document
from tests.clients.conftest import CONFORMANCE
from tests.clients.people import Person
from tests.clients.programs import MODULES, running

pytestmark = pytest.mark.clients
FOLDER = Path(__file__).parent / "conformance"
LEGACY_FAILURES = FOLDER / "expected-failures-2025-11-25.yml"  # each with its reason
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


@pytest.fixture(scope="module")
def fixtures(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve what the suite calls for: YAML and SQL, without sign-in, as the suite can send no token."""
    folder = tmp_path_factory.mktemp("conformance")
    project = shutil.copytree(FOLDER / "project", folder / "project")
    config = folder / "config.yml"
    config.write_text("mxcp: 1\n")
    with servers.serve_project(project, config, servers.free_port(), {"HOME": str(folder)}) as url:
        yield url


@pytest.mark.parametrize(
    ("revision", "passed", "required", "flags"),
    [
        pytest.param("2026-07-28", 37, 37, (), id="2026-07-28"),
        pytest.param("2025-11-25", 26, 30, ("--expected-failures", LEGACY_FAILURES), id="2025-11-25"),
    ],
)
def test_the_server_conforms(
    fixtures: str, tmp_path: Path, revision: str, passed: int, required: int, flags: tuple[str | Path, ...]
) -> None:
    """Every scenario that a revision requires must pass, but for those that are explained."""
    arguments = ("server", "--url", f"{fixtures}/mcp", "--requirements", revision, "-o", tmp_path / "results", *flags)

    with running(SCRIPT, *arguments, home=tmp_path) as program:
        output = program.output.rest()
        code = program.wait()

    assert code == 0, output
    verdicts = _verdicts(output, revision)
    assert (sum(verdicts.values()), len(verdicts)) == (passed, required), output


def _verdicts(output: str, revision: str) -> dict[str, bool]:
    """Return which of the scenarios that the revision requires passed, by name."""
    required = load_document(SCRIPT.parents[1] / "requirements" / f"{revision}.yaml").data["server"]
    found = re.findall(r"^([✓✗]) (\S+):", output.partition("=== SUMMARY ===")[2], re.MULTILINE)
    return {name: mark == "✓" for mark, name in found if name in required}
