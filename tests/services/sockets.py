"""Which connections a process has, as Linux tells."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

_LISTENING = "0A"


def connections_of(process: int, port: int) -> int:
    """Return how many connections to our ``port`` the process has accepted and not closed."""
    held = _sockets_of(process)
    lines = Path(f"/proc/{process}/net/tcp").read_text().splitlines()[1:]
    fields = [line.split() for line in lines]
    ours = {each[9] for each in fields if int(each[1].split(":")[1], 16) == port and each[3] != _LISTENING}
    return len(ours & held)


def _sockets_of(process: int) -> set[str]:
    """Return the inodes of the sockets that the process has open."""
    found = set()
    for entry in Path(f"/proc/{process}/fd").iterdir():
        with suppress(OSError):  # closed meanwhile
            kind, _, inode = str(entry.readlink()).partition(":[")
            if kind == "socket":
                found.add(inode.rstrip("]"))
    return found
