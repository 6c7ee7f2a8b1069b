"""What a worker of gunicorn's hears while it starts."""

from __future__ import annotations

import os
import signal
import textwrap
from contextlib import suppress
from pathlib import Path

import pytest

from mxcp_flask.demo import servers
from tests.support import live

pytestmark = pytest.mark.slow
SETTINGS = """
    import os, signal
    from mxcp_flask.cli.gunicorn_master import SteadyArbiter

    worker_class = "mxcp_flask.cli.gunicorn_worker.PatientWorker"
    graceful_timeout = 60

    def on_starting(server):
        server.__class__ = SteadyArbiter

    def post_fork(server, worker):
        os.kill(worker.pid, signal.{name})

    def child_exit(server, worker):
        os.kill(server.pid, signal.SIGTERM)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGQUIT])
def test_a_worker_that_has_just_been_forked_hears_that_it_is_to_end(tmp_path: Path, number: signal.Signals) -> None:
    """A signal before the worker's own handlers are there must end it as any later one does, with exit code 0."""
    settings = tmp_path / "settings.py"
    settings.write_text(textwrap.dedent(SETTINGS).format(name=number.name))
    (tmp_path / "hello.py").write_text("def app(environ, start_response):\n    raise NotImplementedError\n")
    address = f"{servers.HOST}:{servers.free_port()}"
    command = [str(live.BIN / "gunicorn"), "-c", str(settings), "-b", address, "hello:app"]
    server = live.Server(command, {}, tmp_path / "log", cwd=tmp_path)

    try:
        assert server.process.wait(live.SECONDS) == 0
        assert "exited with code" not in server.log.read_text()
    finally:
        with suppress(ProcessLookupError):
            os.killpg(server.process.pid, signal.SIGKILL)
        server.process.wait()
