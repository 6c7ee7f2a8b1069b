"""Bars."""

from __future__ import annotations

import io
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from mxcp_flask.app import open_store
from mxcp_flask.cli import main, progress
from mxcp_flask.cli.progress import call_progress, moving, reading, steps
from mxcp_flask.digests import digest
from tests.contracts.store.samples import CLIENT, CODE, GRANT
from tests.support.clock import Clock
from tests.support.site import Site, github_auth


class Terminal(io.StringIO):
    """A terminal that keeps what is shown."""

    def isatty(self) -> bool:
        """Say that this is one."""
        return True


def at(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Put ``terminal`` in the place of standard error; pytest would undo that after a fixture."""
    monkeypatch.setattr("sys.stderr", terminal)
    return terminal


def test_everything_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each must come once, in its order, and be counted."""
    terminal = at(Terminal(), monkeypatch)

    assert list(steps(["a", "b", "c"], "Doing", least=3)) == ["a", "b", "c"]
    assert "Doing" in terminal.getvalue()
    assert "3/3" in terminal.getvalue()


def test_what_is_soon_done_has_no_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bar must not come and go for a few files."""
    terminal = at(Terminal(), monkeypatch)
    files = [Path(str(number)) for number in range(100)]

    assert list(reading(files[:99])) == files[:99]
    assert terminal.getvalue() == ""
    assert list(reading(files)) == files
    assert "100/100" in terminal.getvalue()


def test_a_program_sees_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a terminal nothing must be shown, and no server be asked to tell."""
    pipe = io.StringIO()
    monkeypatch.setattr("sys.stderr", pipe)

    assert list(steps([1, 2], "Doing", least=1)) == [1, 2]
    with call_progress("tool") as told:
        assert told is None
    assert pipe.getvalue() == ""


def test_what_has_no_known_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bar must come after a second only, and then count everything."""
    terminal, clock = at(Terminal(), monkeypatch), Clock(0)
    with moving("Deleting", clock=clock) as told:
        told(200)
        clock.advance(0.9)
        told(200)
        assert terminal.getvalue() == ""
        clock.advance(0.1)
        told(50)

    assert "Deleting" in terminal.getvalue()
    assert "450" in terminal.getvalue()


@pytest.mark.parametrize(
    ("command", "label"), [(["sweep"], "Deleting"), (["rotate-keys"], "Sealing"), (["backup", "copy.db"], "Copying")]
)
def test_operators_see_that_it_goes_on(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str], label: str
) -> None:
    """What works on all of the state must show a bar when that takes long."""
    for name, value in site.environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(progress, "SECONDS", 0.0)
    site.configure(github_auth(persistence={"type": "sqlite", "path": str(tmp_path / "oauth.db")}))
    with closing(open_store(site.settings().auth)) as store:
        store.add_client(CLIENT)
        for number in map(str, range(500)):
            store.add_grant(
                replace(GRANT, id=number, expires_at=1), replace(CODE, code_hash=digest(number), grant_id=number)
            )
    terminal = at(Terminal(), monkeypatch)

    main(["auth", *command], standalone_mode=False)
    assert label in terminal.getvalue()


def test_what_a_server_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its progress must be a bar with its words, which cannot move the cursor; anything else must be ignored."""
    terminal = at(Terminal(), monkeypatch)
    with call_progress("tool") as told:
        assert told is not None
        told({"method": "notifications/message", "params": {"data": "x"}})
        told({"method": "notifications/progress", "params": {"progress": "x", "total": 2}})
        assert terminal.getvalue() == ""
        told({"method": "notifications/progress", "params": {"progress": 1, "total": 2, "message": "Half\x07way"}})
        told({"method": "notifications/progress", "params": {"progress": 2, "total": 2}})

    assert "Half\ufffdway" in terminal.getvalue()
    assert "100%" in terminal.getvalue()
