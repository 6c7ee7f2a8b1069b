"""``mxcp validate``."""

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
    assert result.stdout == f"2 tools and {len(SQL_TOOLS)} for SQL, 0 resources, 0 prompts, 0 errors, 0 warnings\n"


def test_validate_names_the_file_and_line_of_a_fault(mxcp: Mxcp, site: Site) -> None:
    """A fault must be exit code 1, with its place, and the other files still count."""
    path = site.write("tools/broken.yml", BROKEN)

    result = mxcp("validate")

    assert result.exit_code == 1
    assert result.stderr.startswith(f"error: {path}:4: tool.return.type: ")
    assert result.stderr.count("\n") == 1
    assert result.stdout == f"2 tools and {len(SQL_TOOLS)} for SQL, 0 resources, 0 prompts, 1 error, 0 warnings\n"


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


def test_one_file_is_validated(mxcp: Mxcp, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a FILE, from any folder, only that file must count."""
    site.write("tools/broken.yml", BROKEN)
    monkeypatch.chdir(site.project / "tools")

    sound, broken = mxcp("validate", "whoami.yml"), mxcp("validate", str(site.project / "tools/broken.yml"))

    assert sound.exit_code == 0
    assert sound.stdout == "1 tool, 0 resources, 0 prompts, 0 errors, 0 warnings\n"
    assert broken.exit_code == 1
    assert broken.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("name", "said"),
    [("mxcp-site.yml", "it is no endpoint file of this project"), ("tools/none.yml", "No such file or directory")],
)
def test_a_file_that_is_no_endpoint_is_an_error(mxcp: Mxcp, site: Site, name: str, said: str) -> None:
    """A FILE that is not validated must not look as if it were sound."""
    result = mxcp("validate", str(site.project / name))

    assert result.exit_code == 1
    assert said in result.stderr


@pytest.mark.parametrize("command", ["validate", "list"])
def test_an_error_is_json_too(mxcp: Mxcp, site: Site, command: str) -> None:
    """With --json-output a configuration that cannot be read must be JSON on standard output."""
    site.write("mxcp-site.yml", "project: [")

    result = mxcp(command, "--json-output")

    assert result.exit_code == 1
    answer = json.loads(result.stdout)
    assert answer["status"] == "error"
    assert "mxcp-site.yml" in answer["error"]
