"""Completion in shells."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mxcp_flask.cli import main
from tests.cli.conftest import Mxcp
from tests.docs.blocks import ROOT, run_by
from tests.support import live
from tests.support.site import Site

SCRIPTS = [("bash", "complete -o"), ("zsh", "#compdef mxcp"), ("fish", "complete --")]


def complete(site: Site, typed: str, word: str) -> Result:
    """Return what a shell is offered for what is ``typed`` so far."""
    asked = {"_MXCP_COMPLETE": "bash_complete", "COMP_WORDS": typed, "COMP_CWORD": word}
    return CliRunner().invoke(main, prog_name="mxcp", env={**site.environ, **asked})


@pytest.mark.parametrize(("shell", "word"), SCRIPTS)
def test_scripts(mxcp: Mxcp, shell: str, word: str) -> None:
    """The script of each shell must be printed."""
    result = mxcp("completion", shell)

    assert result.exit_code == 0
    assert word in result.stdout
    assert "_MXCP_COMPLETE" in result.stdout


@pytest.mark.slow
def test_bash_takes_it() -> None:
    """What docs/terminal.md says for bash must define a completion there."""
    (block,) = run_by("tests/cli/test_completion.py", ROOT / "docs/terminal.md")

    ended = live.run(["/bin/bash", "-c", f"{block.text}\ncomplete -p mxcp"], {"PATH": f"{live.BIN}:/usr/bin:/bin"})

    assert (ended.returncode, ended.stderr) == (0, "")
    assert "_mxcp_completion mxcp" in ended.stdout


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("mxcp run tool ", {"whoami", "admin_only"}),
        ("mxcp run tool who", {"whoami"}),
        ("mxcp run prompt ", set()),
        ("mxcp call w", {"whoami"}),
        ("mxcp test tool a", {"admin_only"}),
        ("mxcp doc", {"doctor"}),
    ],
)
def test_what_is_offered(site: Site, typed: str, offered: set[str]) -> None:
    """Commands and the project's own names must be offered."""
    words = typed.split()
    last = str(len(words) - (0 if typed.endswith(" ") else 1))

    result = complete(site, typed, last)

    assert {line.partition(",")[2] for line in result.stdout.split()} == offered


def test_outside_of_a_project(site: Site, tmp_path: Path) -> None:
    """Nothing must be offered, and nothing complained about."""
    site.environ["MXCP_PROJECT"] = str(tmp_path)

    assert complete(site, "mxcp run tool ", "3").output.strip() == ""
