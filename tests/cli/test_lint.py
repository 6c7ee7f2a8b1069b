"""``mxcp lint``."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.cli.conftest import Mxcp
from tests.support.holding import stranger
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


READS = "mxcp: 1\ntool: {name: reads, source: {code: SELECT * FROM notes}}\n"


def tables(mxcp: Mxcp) -> list[str]:
    """Return what lint says of the SQL's tables."""
    return [each["message"] for each in found(mxcp) if each["location"] == "tool.source"]


def test_a_table_that_is_not_there(mxcp: Mxcp, site: Site) -> None:
    """It must be told with how to make it, whether or not there is a database, until it is made; none is made by it."""
    path = site.write("tools/reads.yml", READS)
    before = set(site.folder.rglob("*"))

    line = f"warning: {path}: tool.source: there is no table notes in the database. Make it, such as with "
    assert f'{line}mxcp query "CREATE TABLE notes (...)".\n' in mxcp("lint").stdout
    assert set(site.folder.rglob("*")) == before
    assert mxcp("query", "CREATE TABLE note (t VARCHAR)").exit_code == 0
    assert "Did you mean note? Otherwise make it" in mxcp("lint").stdout
    assert mxcp("query", "CREATE TABLE notes (t VARCHAR)").exit_code == 0
    assert tables(mxcp) == []


def test_a_completion_s_table(mxcp: Mxcp, site: Site) -> None:
    """The SQL of completions is looked at, too."""
    completing = "{name: n, type: string, completion: SELECT a FROM notes WHERE a > $value}"
    text = f"mxcp: 1\nprompt: {{name: ask, parameters: [{completing}], messages: [{{prompt: x}}]}}\n"
    site.write("prompts/ask.yml", text)

    assert "prompt.parameters.0.completion: there is no table notes" in mxcp("lint").stdout


def test_a_database_that_is_in_use(mxcp: Mxcp, site: Site) -> None:
    """That tables could not be looked for must be told beside what was found."""
    site.write("tools/reads.yml", READS)
    with stranger(site.settings().duckdb.path):
        result = mxcp("lint", "--json-output")

    assert json.loads(result.stdout)["status"] == "ok"
    reason = "another process has the database open"
    assert result.stderr == f"warning: whether the SQL's tables are there was not looked at: {reason}\n"
