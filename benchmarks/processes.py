"""What a process and its children have used, as Linux tells in /proc."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PROC = Path("/proc")
_ESTABLISHED = "01"


@dataclass(frozen=True)
class Process:
    """A process at one moment."""

    pid: int
    parent: int
    cpu: float  # seconds, in user and system mode, with its children that have ended


def tree(root: int) -> list[Process]:
    """Return ``root`` and all that descends from it; ``root`` comes first."""
    found = {process.pid: process for process in _all()}
    inside, before = {root}, 0
    while len(inside) > before:
        before = len(inside)
        inside |= {process.pid for process in found.values() if process.parent in inside}
    return [found[pid] for pid in sorted(inside, key=lambda pid: (pid != root, pid)) if pid in found]


def cpu_of(root: int) -> float:
    """Return the seconds of CPU of ``root`` and all that descends from it, whether it still runs or not."""
    return sum(process.cpu for process in tree(root))


def megabytes_of(pid: int) -> tuple[float, float]:
    """Return what the process has in memory, and its part when what is shared is divided among those who share it."""
    text = (_PROC / str(pid) / "smaps_rollup").read_text(encoding="ascii")
    resident, part = (re.findall(rf"^{name}:\s+(\d+) kB", text, re.MULTILINE)[0] for name in ("Rss", "Pss"))
    return int(resident) / 1024, int(part) / 1024


def peak_megabytes_of(pid: int) -> float:
    """Return the most that the process has had in memory since its peak was last put back (clear_refs)."""
    text = (_PROC / str(pid) / "status").read_text(encoding="ascii")
    return int(re.findall(r"^VmHWM:\s+(\d+) kB", text, re.MULTILINE)[0]) / 1024


def connections_of(pid: int, port: int) -> int:
    """Return how many clients the process is connected to at its own ``port``."""
    inodes = set()
    for line in (_PROC / str(pid) / "net" / "tcp").read_text(encoding="ascii").splitlines()[1:]:
        fields = line.split()
        if fields[1].endswith(f":{port:04X}") and fields[3] == _ESTABLISHED:
            inodes.add(f"socket:[{fields[9]}]")
    open_files = set()
    for path in (_PROC / str(pid) / "fd").iterdir():
        with suppress(OSError):  # it was closed meanwhile
            open_files.add(os.readlink(path))
    return len(inodes & open_files)


def _all() -> list[Process]:
    processes = []
    for folder in _PROC.iterdir():
        if folder.name.isdigit():
            with suppress(OSError):  # it has ended meanwhile
                processes.append(_process(int(folder.name), (folder / "stat").read_text(encoding="utf-8")))
    return processes


def _process(pid: int, stat: str) -> Process:
    fields = stat[stat.rindex(")") + 2 :].split()  # a name may hold blanks and brackets (proc(5))
    return Process(pid, int(fields[1]), sum(map(int, fields[11:15])) / _TICKS)
