"""The process that holds the database file: what it is, and whether it is a server of ours."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from mxcp_flask.cli.doctor import sockets
from mxcp_flask.cli.doctor.demos import DEMO, demo_of
from mxcp_flask.cli.doctor.neighbours import who_answers
from mxcp_flask.cli.doctor.program import program_of


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
        return bool(self.addresses) or self.name in {"mxcp serve", DEMO}

    def __str__(self) -> str:
        """Return who it is, in words."""
        return f"process {self.pid} ({self.name})" if self.name else f"process {self.pid}"


def look_at(pid: int) -> Holder:
    """Return what this user may see of the process."""
    name = DEMO if demo_of(pid) else program_of(pid)
    with suppress(OSError):
        addresses = [each for each in sockets.addresses_of(pid) if who_answers(f"http://{each}").kind == "ours"]
        return Holder(pid, name, tuple(addresses))
    return Holder(pid, name)
