"""The process that holds the database file: what it is, and whether it is a server of ours."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePath

from mxcp_flask.cli.doctor import sockets
from mxcp_flask.cli.doctor.neighbours import who_answers


@dataclass(frozen=True)
class Holder:
    """A process, as far as this user may see it."""

    pid: int
    name: str = ""  # of its program, never its arguments, which may be secret; of ours the command too
    addresses: tuple[str, ...] | None = (
        None  # at which it answers as a server of ours; None when that is not to be seen
    )

    @property
    def is_server(self) -> bool:
        """Tell whether it is a server of ours: it answers as one, or was begun as one."""
        return bool(self.addresses) or self.name == "mxcp serve"

    def __str__(self) -> str:
        """Return who it is, in words."""
        return f"process {self.pid} ({self.name})" if self.name else f"process {self.pid}"


def look_at(pid: int) -> Holder:
    """Return what this user may see of the process."""
    with suppress(OSError):
        addresses = [each for each in sockets.addresses_of(pid) if who_answers(f"http://{each}").kind == "ours"]
        return Holder(pid, _name(pid), tuple(addresses))
    return Holder(pid, _name(pid))


def _name(pid: int) -> str:
    try:
        line = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:  # not Linux, or it has ended
        return ""
    return name_of([word.decode(errors="replace") for word in line.split(b"\0") if word])


def name_of(words: list[str]) -> str:
    """Return what a command line runs: the program, the script or module of Python, and of ours its command."""
    if len(words) > 1 and PurePath(words[0]).name.startswith("python"):
        words = words[2:] if words[1] == "-m" else words[1:] if not words[1].startswith("-") else words[:1]
    name = PurePath(words[0]).name if words else ""
    if name not in {"mxcp", "mxcp_flask.cli"}:
        return name
    return f"mxcp {words[1]}" if len(words) > 1 else "mxcp"
