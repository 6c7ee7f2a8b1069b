"""Colours and bars: on a terminal only, and never with NO_COLOR."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import terminal
from tests.support.site import WHOAMI, Site
from tests.support.terminal import Person

pytestmark = pytest.mark.slow
GREEN = "\x1b[32m"
TESTED = WHOAMI + "  tests: [{name: nobody, arguments: [], result: ''}]\n"


@pytest.fixture
def someone(tmp_path: Path) -> Person:
    """Return somebody with a project that has a test."""
    site = Site(tmp_path / "site", {"provider": "none"})
    for number in range(5):
        site.write(f"tools/whoami{number}.yml", TESTED.replace("name: whoami", f"name: whoami{number}"))
    return terminal.person(tmp_path / "someone", site.project, MXCP_CONFIG=str(site.config))


def test_on_a_terminal(someone: Person) -> None:
    """Marks must have colours, and what takes long a bar."""
    shown = someone.at_terminal(["test"])

    assert shown.code == 0, shown.text
    assert f"{GREEN}ok     \x1b[0m" in shown.text
    assert "Testing" in shown.text
    assert "5/5" in shown.text


@pytest.mark.parametrize("environ", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_without_colours(someone: Person, environ: dict[str, str]) -> None:
    """Who asks for none must get none, on a terminal too."""
    assert GREEN not in someone.at_terminal(["test"], **environ).text


def test_in_a_pipe(someone: Person) -> None:
    """A program that reads the output must get neither, on either stream."""
    piped = someone.process("test")

    assert piped.stdout.startswith("tool/whoami0")
    assert "\x1b" not in piped.stdout
    assert piped.stderr == ""
