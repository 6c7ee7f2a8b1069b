"""What all commands have in common."""

from __future__ import annotations

from pathlib import Path

import pytest

from mxcp_flask import __version__
from tests.cli.conftest import Mxcp
from tests.support import live
from tests.support.site import Site

ARGUMENTS = {"query": ["SELECT 1"], "run": ["tool", "whoami"]}  # that a command cannot do without
every_command = pytest.mark.parametrize("command", ["serve", "validate", "list", "lint", "run", "query", "test"])


@every_command
def test_without_a_project_an_error_says_what_to_do(mxcp: Mxcp, tmp_path: Path, command: str) -> None:
    """A folder that is no project must be one line and exit code 1."""
    result = mxcp(command, *ARGUMENTS.get(command, []), MXCP_PROJECT=str(tmp_path))

    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr == (
        f"Error: No mxcp-site.yml in {tmp_path} or above it. Run mxcp in a project "
        "(mxcp init makes one), or set MXCP_PROJECT.\n"
    )


@every_command
def test_a_file_that_is_not_yaml_is_named_with_its_line(mxcp: Mxcp, site: Site, command: str) -> None:
    """A user file with a YAML mistake must be named, with the line of the mistake."""
    site.config.write_text("mxcp: 1\nprojects: {demo: [}\n")

    result = mxcp(command, *ARGUMENTS.get(command, []))

    assert result.exit_code == 1
    assert result.stderr.startswith(f"Error: Cannot read {site.config}: line 2: ")
    assert result.stderr.count("\n") == 1


@every_command
def test_several_mistakes_are_reported_together(mxcp: Mxcp, site: Site, command: str) -> None:
    """Every mistake in both files must be a line of its own that names file and line."""
    site.write("mxcp-site.yml", "mxcp: 1\nproject: demo\nprofile: dev\ncolour: blue\n")
    site.configure({"provider": "github", "github": {}}, port="many")

    result = mxcp(command, *ARGUMENTS.get(command, []))

    assert result.exit_code == 1
    assert f"{site.project / 'mxcp-site.yml'}:4: colour: " in result.stderr
    assert f"{site.config}:1: transport.http.port: " in result.stderr
    assert "GitHub OAuth configuration is incomplete" in result.stderr
    assert "Traceback" not in result.stderr


def test_an_error_in_a_process_of_its_own_has_no_traceback(site: Site) -> None:
    """The installed command must print the same one line and exit with 1."""
    site.config.unlink()

    ended = live.run([*live.MXCP, "list"], site.environ)

    assert ended.returncode == 1
    assert ended.stderr == f"Error: Cannot read {site.config}: No such file or directory.\n"


@pytest.mark.parametrize(
    "arguments", [["serve", "--workers", "0"], ["serve", "--port", "70000"], ["list", "extra"], ["fly"], []]
)
def test_wrong_usage_is_exit_code_2(mxcp: Mxcp, arguments: list[str]) -> None:
    """What cannot be understood must be told apart from what went wrong."""
    result = mxcp(*arguments)

    assert result.exit_code == 2
    assert "Usage: " in result.stderr


def test_the_version_is_shown(mxcp: Mxcp) -> None:
    """``--version`` must name the installed version."""
    assert mxcp("--version").stdout == f"mxcp, version {__version__}\n"
