"""Looks at processes from outside, as Linux shows them."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path


def workers_of(master: int) -> list[int]:
    """Return the children of a master."""
    text = Path(f"/proc/{master}/task/{master}/children").read_text()
    return [int(number) for number in text.split()]


def threads_of(process: int) -> int:
    """Return how many threads the process has."""
    return len(list(Path(f"/proc/{process}/task").iterdir()))


def files_of(process: int) -> list[str]:
    """Return what the process has open: paths, and the likes of ``socket:[4711]``."""
    found = []
    for entry in Path(f"/proc/{process}/fd").iterdir():
        with suppress(OSError):  # closed meanwhile
            found.append(str(entry.readlink()))
    return found


def processes_of(group: int) -> dict[int, int]:
    """Return the processes of a process group that live, each with its parent."""
    found = {}
    for place in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended meanwhile
            state, parent, its_group = (place / "stat").read_text().rpartition(")")[2].split()[:3]
            if int(its_group) == group and state != "Z":
                found[int(place.name)] = int(parent)
    return found


def master_of(group: int) -> int:
    """Return the process of a group whose parent is not of it."""
    processes = processes_of(group)
    [master] = [process for process, parent in processes.items() if parent not in processes]
    return master
