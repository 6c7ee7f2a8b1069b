"""``mxcp validate`` and ``mxcp list``."""

from __future__ import annotations

import json

import pytest

from mxcp_flask.endpoints.sql_tools import SQL_TOOLS
from tests.cli.conftest import Mxcp
from tests.support.site import WHOAMI, Site

BROKEN = """\
mxcp: 1
tool:
  name: broken
  return: {type: strin}
  source: {code: SELECT 1}
"""


def test_validate_says_what_is_right(mxcp: Mxcp) -> None:
    """A project without a fault must be exit code 0 and a count."""
    result = mxcp("validate")

    assert result.exit_code == 0
    assert result.stderr == ""
    assert result.stdout == f"{2 + len(SQL_TOOLS)} tools, 0 errors, 0 warnings\n"


def test_validate_names_the_file_and_line_of_a_fault(mxcp: Mxcp, site: Site) -> None:
    """A fault must be exit code 1, with its place, and the other files still count."""
    path = site.write("tools/broken.yml", BROKEN)

    result = mxcp("validate")

    assert result.exit_code == 1
    assert result.stderr.startswith(f"error: {path}:4: tool.return.type: ")
    assert result.stderr.count("\n") == 1
    assert result.stdout == f"{2 + len(SQL_TOOLS)} tools, 1 error, 0 warnings\n"


def test_validate_shows_every_fault_of_every_file(mxcp: Mxcp, site: Site) -> None:
    """Two broken files must both be shown in one run."""
    paths = [site.write(f"tools/{name}.yml", BROKEN.replace("broken", name)) for name in ("one", "two")]

    result = mxcp("validate")

    assert [line.split(":")[1].strip() for line in result.stderr.splitlines()] == [str(path) for path in paths]


def test_validate_shows_a_warning_and_succeeds(mxcp: Mxcp, site: Site) -> None:
    """A key that nobody reads must be shown, but is no error."""
    path = site.write("tools/whoami.yml", WHOAMI + "  colour: blue\n")

    result = mxcp("validate")

    assert result.exit_code == 0
    assert result.stdout.startswith(f"warning: {path}:7: tool.colour: ")
    assert result.stdout.endswith("0 errors, 1 warning\n")


def test_validate_finds_a_name_that_two_files_declare(mxcp: Mxcp, site: Site) -> None:
    """Two tools of one name must be a fault of both files."""
    site.write("tools/again.yml", WHOAMI)

    result = mxcp("validate")

    assert result.exit_code == 1
    assert result.stderr.count("the name whoami is declared in several files") == 2


def test_validate_as_json(mxcp: Mxcp, site: Site) -> None:
    """The JSON must have the tools and each fault's path, line, key and message."""
    path = site.write("tools/broken.yml", BROKEN)

    result = mxcp("validate", "--json-output")

    assert result.exit_code == 1
    answer = json.loads(result.stdout)
    assert answer["status"] == "error"
    assert answer["result"]["tools"] == sorted(["admin_only", "whoami", *SQL_TOOLS])
    assert answer["result"]["warnings"] == []
    (fault,) = answer["result"]["errors"]
    assert (fault["path"], fault["line"], fault["where"]) == (str(path), 4, "tool.return.type")
    assert fault["message"]


def test_validate_as_json_without_a_fault(mxcp: Mxcp) -> None:
    """The JSON of a sound project must say so."""
    result = mxcp("validate", "--json-output")

    assert result.exit_code == 0
    assert json.loads(result.stdout)["status"] == "ok"


def test_list_shows_kind_name_and_path(mxcp: Mxcp, site: Site) -> None:
    """Every endpoint file must be a line, in the order of paths, and a broken one marked."""
    site.write("tools/broken.yml", BROKEN)

    result = mxcp("list")

    assert result.exit_code == 0
    *lines, count = result.stdout.splitlines()
    tools = site.project / "tools"
    assert [line.split() for line in lines] == [
        ["tool", "admin_only", str(tools / "admin_only.yml")],
        ["tool", "broken", str(tools / "broken.yml"), "ERROR"],
        ["tool", "whoami", str(tools / "whoami.yml")],
    ]
    assert count == "3 endpoints"


def test_list_as_json(mxcp: Mxcp, site: Site) -> None:
    """The JSON must have each endpoint's path, kind and name, and its error or null."""
    path = site.write("tools/broken.yml", BROKEN)

    result = mxcp("list", "--json-output")

    assert result.exit_code == 0
    answer = json.loads(result.stdout)
    endpoints = {entry.pop("name"): entry for entry in answer["result"]["endpoints"]}
    assert answer["status"] == "ok"
    assert endpoints["whoami"] == {"path": str(site.project / "tools/whoami.yml"), "kind": "tool", "error": None}
    assert endpoints["broken"]["path"] == str(path)
    assert endpoints["broken"]["error"]


@pytest.mark.parametrize("command", ["validate", "list"])
def test_the_profile_is_chosen(mxcp: Mxcp, site: Site, command: str) -> None:
    """``--profile`` or MXCP_PROFILE must decide whose section of the user file is checked."""
    document = json.loads(site.config.read_text())
    document["projects"]["demo"]["profiles"]["live"] = {"auth": {"provider": "github"}}
    site.config.write_text(json.dumps(document))

    assert mxcp(command).exit_code == 0
    for result in (mxcp(command, "--profile", "live"), mxcp(command, MXCP_PROFILE="live")):
        assert result.exit_code == 1
        assert "GitHub OAuth configuration is incomplete" in result.stderr
