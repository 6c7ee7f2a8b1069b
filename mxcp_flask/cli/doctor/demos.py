"""Which ``mxcp demo`` of this machine serves at a port, as far as this user may see it (Linux: proc(5))."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from mxcp_flask.cli.doctor import sockets
from mxcp_flask.cli.doctor.program import program_of

DEMO = "mxcp demo"
_MOST_PARENTS = 8


@dataclass(frozen=True)
class Demo:
    """A demo that runs: its process, and where its stand-in listens, such as ``127.0.0.1:40001``."""

    pid: int
    stand_in: str


def demo_at(port: int) -> Demo | None:
    """Return the demo whose server listens at ``port`` of this machine."""
    with suppress(OSError):
        for pid in _ours():
            demo = demo_of(pid)
            if demo and any(each.endswith(f":{port}") for each in _addresses(pid)):
                return demo
    return None


def demo_of(pid: int) -> Demo | None:
    """Return the demo that began the server ``pid``, if one did."""
    with suppress(OSError):
        for parent in _parents(pid):
            if program_of(parent) == DEMO:
                return Demo(parent, next(iter(_addresses(parent)), ""))
    return None


def _ours() -> Iterator[int]:
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and program_of(int(folder.name)) == "mxcp serve":
            yield int(folder.name)


def _parents(pid: int) -> Iterator[int]:
    for _ in range(_MOST_PARENTS):
        # The name of the program comes before, in brackets, and may hold anything.
        pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        if pid <= 1:
            return
        yield pid


def _addresses(pid: int) -> list[str]:
    with suppress(OSError):  # another user's, or it has ended
        return sockets.addresses_of(pid)
    return []
