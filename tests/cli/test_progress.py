"""Bars."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from mxcp_flask.cli.progress import call_progress, reading, steps


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
