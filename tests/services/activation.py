"""What systemd does for a service with a socket unit: the socket is open before, between and after the servers."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from mxcp_flask.demo import servers
from tests.services.stage import Stage
from tests.support import live
from tests.support.live import Host

# The socket has the number 3, and what says so names the process that is meant.
_ACTIVATE = """\
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
os.execv(sys.argv[2], sys.argv[2:])
"""


class Activation:
    """A listening socket, and the server that it was given to last; made by ``activated``."""

    def __init__(self, stage: Stage, host: Host, flags: Sequence[str] = ()) -> None:
        self._stage, self._host, self._flags = stage, host, flags
        self._socket = socket.create_server((servers.HOST, 0), backlog=128)
        self.port: int = self._socket.getsockname()[1]
        self.start()

    def start(self) -> None:
        """Start a server."""
        number = self._socket.fileno()
        command = live.command(self._host, self.port, *self._flags)
        activate = [sys.executable, "-c", _ACTIVATE, str(number), *command]
        self.server = live.Server(activate, self._stage.site.environ, self._stage.log, pass_fds=[number])

    def restart(self) -> None:
        """Do as ``systemctl restart``: the old server has ended before the new one starts."""
        assert self.server.stop() == 0
        assert not self.server.has_processes()
        self.start()

    def close(self) -> None:
        """End the server, and close the socket."""
        self.server.stop()
        self._socket.close()


@contextmanager
def activated(stage: Stage, host: Host) -> Iterator[Activation]:
    """Serve at the socket's port while the block lasts, which begins when the server is ready."""
    activation = Activation(stage, host)
    try:
        activation.server.await_ready(f"http://{servers.HOST}:{activation.port}")
        yield activation
    finally:
        activation.close()
