"""README.md's first call: signed in from a terminal, to its own project, with a stand-in for GitHub."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mxcp_flask.demo import servers
from mxcp_flask.documents import load_document
from tests.docs.blocks import run_by
from tests.docs.test_readme_project import README, environ_of, project
from tests.support import live, terminal
from tests.support.site import CLIENT_ID, CLIENT_SECRET

pytestmark = pytest.mark.slow
__all__ = ["project"]
MORE = "INSERT INTO orders VALUES (2, 'ada-fixture', 7), (3, 'ada-fixture', 8), (4, 'bo-fixture', 9)"


def test_a_first_call(project: Path) -> None:
    """The commands must find all well, sign Ada in, show her orders and no other's, and sign her out."""
    home, port = project.parent, servers.free_port()
    ada = terminal.person(home)
    environ = {**environ_of(home), "GITHUB_CLIENT_ID": CLIENT_ID, "GITHUB_CLIENT_SECRET": CLIENT_SECRET}
    assert live.run([*live.MXCP, "query", MORE], environ, cwd=project).returncode == 0
    (block,) = run_by("tests/docs/test_readme_terminal.py", README)

    with live.stand_in(port) as provider_url:
        configure(home / ".mxcp/config.yml", provider_url, port)
        base = f"http://{servers.HOST}:{port}"
        with live.running([*live.MXCP, "serve"], environ, base, home / "log", project):
            script = ["/bin/bash", "-c", f"set -e\n{block.text}"]
            ended = live.run(script, {**environ, "BROWSER": ada.environ["BROWSER"]}, cwd=project)

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "0 faults, 0 warnings" in ended.stdout
    called = ended.stdout.partition("lists the tools)\n")[2].partition("Signed out")[0]
    assert [row["id"] for row in json.loads(called)] == [3, 2]


def configure(path: Path, provider_url: str, port: int) -> None:
    """Let the configuration name the stand-in, and another port."""
    document = load_document(path).data
    document["projects"]["shop"]["profiles"]["default"]["auth"]["github"] |= live.urls_of(provider_url)
    document["transport"] = {"http": {"host": servers.HOST, "port": port}}
    path.write_text(json.dumps(document))
