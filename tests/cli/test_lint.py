"""``mxcp lint``."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.cli.conftest import Mxcp
from tests.support.site import Site

BARE = "mxcp: 1\ntool: {name: bare, source: {code: SELECT 1}}\n"


@pytest.fixture(autouse=True)
def _bare(site: Site) -> None:
    """Leave the project one tool of which nothing is said."""
    for file in (site.project / "tools").iterdir():
        file.unlink()
    site.write("tools/bare.yml", BARE)


def found(mxcp: Mxcp, *arguments: str) -> list[Any]:
    """Run ``mxcp lint`` with --json-output, which must succeed, and return what it found."""
    result = mxcp("lint", "--json-output", *arguments)
    answer = json.loads(result.stdout)
    assert (result.exit_code, answer["status"]) == (0, "ok")
    findings: list[Any] = answer["result"]
    return findings


def test_what_is_unsaid_is_told(mxcp: Mxcp, site: Site) -> None:
    """Each finding must be a line with severity, file, place and what to do; the built-in tools have none."""
    result = mxcp("lint")

    assert result.exit_code == 0
    *lines, count = result.stdout.splitlines()
    assert f"warning: {site.project / 'tools/bare.yml'}: tool.description: " in lines[0]
    assert all("bare.yml" in line for line in lines)
    assert count == "2 warnings, 2 info"


def test_findings_have_upstream_s_shape(mxcp: Mxcp) -> None:
    """The JSON must be a list of findings with these keys."""
    assert {tuple(each) for each in found(mxcp)} == {("severity", "path", "location", "message", "suggestion")}


@pytest.mark.parametrize("severity", ["warning", "info"])
def test_a_severity_is_chosen(mxcp: Mxcp, severity: str) -> None:
    """--severity must leave the others out."""
    assert {each["severity"] for each in found(mxcp, "--severity", severity)} == {severity}
    assert len(found(mxcp, "--severity", "all")) == len(found(mxcp))


def test_a_file_that_cannot_be_loaded_is_no_success(mxcp: Mxcp, site: Site) -> None:
    """What was not looked at must be told, with exit code 1."""
    site.write("tools/broken.yml", BARE.replace("source", "return: {type: strin}, source"))

    result = mxcp("lint")

    assert result.exit_code == 1
    assert result.stderr == "error: 1 of the files cannot be loaded (mxcp validate shows them)\n"
    assert json.loads(mxcp("lint", "--json-output").stdout)["status"] == "error"
