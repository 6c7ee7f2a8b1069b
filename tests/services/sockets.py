"""Stops a process in the middle of its work, and sees which connections it has, as Linux tells."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from tests.support import live
from tests.support.processes import files_of

_ESTABLISHED = "01"


def freeze(process: int) -> None:
    """Return when no thread of the process runs any more."""
    os.kill(process, signal.SIGSTOP)
    threads = Path(f"/proc/{process}/task")
    assert live.becomes(lambda: all(_state(thread) == "T" for thread in threads.iterdir()))


def connections_of(process: int, port: int) -> int:
    """Return how many connections to our ``port`` the process has accepted, and that no side has closed."""
    held = _sockets_of(process)
    lines = Path(f"/proc/{process}/net/tcp").read_text().splitlines()[1:]
    fields = [line.split() for line in lines]
    ours = {each[9] for each in fields if int(each[1].split(":")[1], 16) == port and each[3] == _ESTABLISHED}
    return len(ours & held)


def _state(thread: Path) -> str:
    return (thread / "stat").read_text().rpartition(")")[2].split()[0]


def _sockets_of(process: int) -> set[str]:
    """Return the inodes of the sockets that the process has open."""
    return {name[len("socket:[") : -1] for name in files_of(process) if name.startswith("socket:[")}
