"""The folder that worker processes share."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mxcp_flask.errors import MetricsNotShared
from mxcp_flask.metrics import sharing


def ended_process() -> int:
    """Return the identifier of a process that is gone."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


def test_folder_is_private_and_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is there for its maker alone and for children, which find it by the variable, and is removed at the end."""
    monkeypatch.delenv(sharing.VARIABLE, raising=False)
    with sharing.sharing(enabled=True):
        folder = sharing.shared_folder()
        assert folder is not None
        assert folder.stat().st_mode & 0o777 == 0o700
        (folder / "counter_1.db").touch()

    assert not folder.exists()
    assert sharing.shared_folder() is None


def test_no_folder_without_metrics(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who counts nothing shares nothing."""
    monkeypatch.delenv(sharing.VARIABLE, raising=False)
    with sharing.sharing(enabled=False):
        assert sharing.shared_folder() is None


def test_each_start_has_a_new_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers of an earlier server are never added, though its variable is inherited."""
    monkeypatch.setenv(sharing.VARIABLE, "/somebody/elses")
    with sharing.sharing(enabled=True):
        first = sharing.shared_folder()
        with sharing.sharing(enabled=True):
            assert sharing.shared_folder() not in {first, Path("/somebody/elses")}


def test_child_leaves_the_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that ends, whose way out leads through the block, does not take the others' numbers with it."""
    monkeypatch.delenv(sharing.VARIABLE, raising=False)
    code = (
        "import os, sys\nfrom mxcp_flask.metrics import sharing\n"
        "with sharing.sharing(enabled=True):\n"
        "    child = os.fork()\n"
        "    if not child: sys.exit(0)\n"
        "    os.waitpid(child, 0)\n"
        "    print(sharing.shared_folder().is_dir())"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ended.stdout == "True\n"


@pytest.mark.parametrize(("processes", "folder"), [(1, None), (1, "/f"), (2, "/f")])
def test_numbers_that_are_right(monkeypatch: pytest.MonkeyPatch, processes: int, folder: str | None) -> None:
    """One process needs no folder, and several have one."""
    monkeypatch.delenv(sharing.VARIABLE, raising=False)
    if folder:
        monkeypatch.setenv(sharing.VARIABLE, folder)
    sharing.check_shared(processes)


def test_numbers_that_would_be_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several processes without a folder are refused, with the ways out."""
    monkeypatch.delenv(sharing.VARIABLE, raising=False)
    with pytest.raises(MetricsNotShared, match=r"Each of 3 worker processes .* mxcp serve .* PROMETHEUS_MULTIPROC_DIR"):
        sharing.check_shared(3)


def test_workers_that_are_gone(tmp_path: Path) -> None:
    """Of a worker that ended only what it counted stays, also when nobody noticed its end."""
    gone = ended_process()
    for name in ("counter", "gauge_livesum", "gauge_livemax"):
        for process in (gone, os.getpid()):
            (tmp_path / f"{name}_{process}.db").touch()
    assert sharing.live_processes(tmp_path) == {gone, os.getpid()}
    sharing.forget_dead(tmp_path)

    assert sharing.live_processes(tmp_path) == {os.getpid()}
    assert sorted(path.name for path in tmp_path.glob(f"*_{gone}.db")) == [f"counter_{gone}.db"]


def test_the_master_is_no_worker(tmp_path: Path) -> None:
    """A master that loaded the application before it forked has files too, and serves nobody."""
    for process in (os.getpid(), os.getppid()):
        (tmp_path / f"gauge_livesum_{process}.db").touch()

    assert sharing.live_processes(tmp_path) == {os.getpid()}


def test_memory_without_room(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where files in memory have no room, or cannot be, the folder is an ordinary temporary one."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    (tmp_path / "memory").mkdir()
    for place, room in ((tmp_path / "none", 0), (tmp_path / "memory", 2**60)):
        monkeypatch.setattr(sharing, "_MEMORY", place)
        monkeypatch.setattr(sharing, "_ROOM", room)
        with sharing.sharing(enabled=True):
            folder = sharing.shared_folder()
            assert folder is not None
            assert folder.parent == tmp_path
