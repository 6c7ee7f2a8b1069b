"""Four processes with eight threads each do everything at once with one SQLite store."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.endurance.at_once import do_everything_at_once
from tests.endurance.board import Board
from tests.endurance.desk import Desk
from tests.store.database_file import execute


@pytest.mark.parametrize(
    "seconds", [pytest.param(3, marks=pytest.mark.slow), pytest.param(60, marks=pytest.mark.endurance)]
)
def test_everything_at_once(tmp_path: Path, seconds: int) -> None:
    """Nothing fails or is locked, is spent or refreshed twice, or is lost; and what was revoked is dead at once."""
    path, board = tmp_path / "oauth.db", Board(tmp_path / "board")
    board.folder.mkdir()
    desk = Desk(path, board, time.time())
    with closing(desk.store):
        do_everything_at_once(desk, seconds)
    assert execute(path, "PRAGMA integrity_check") == [("ok",)]
