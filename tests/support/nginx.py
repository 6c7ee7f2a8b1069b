"""A real nginx with a configuration of the test's, everything of it in one folder. Needs the package nginx."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

SECONDS = 30.0
_TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


class Nginx:
    """A running nginx. Its logs stay in ``folder``: ``access.log`` and ``error.log``. Made by ``running``."""

    def __init__(self, folder: Path, http: str) -> None:
        self.folder = folder
        self.configuration = folder / "nginx.conf"
        self._write(http)
        with (folder / "output").open("ab") as output:
            self.process = subprocess.Popen(self._command(), stdout=output, stderr=output, start_new_session=True)

    @property
    def errors(self) -> str:
        """Return what nginx has said so far, also when it did not start."""
        names = ("output", "error.log")
        return "".join((self.folder / name).read_text() for name in names if (self.folder / name).exists())

    @property
    def requests(self) -> list[str]:
        """Return a line for each request that was answered so far."""
        return (self.folder / "access.log").read_text().splitlines()

    def await_start(self) -> None:
        """Return when a worker process is there, which takes connections; fail with nginx's own words otherwise."""
        self._await(lambda: bool(self._workers()))

    def reload(self, http: str) -> None:
        """Go over to another configuration without losing a request; return when the old one's workers are gone."""
        before = self._workers()
        self._write(http)
        self.process.send_signal(signal.SIGHUP)
        self._await(lambda: bool(self._workers()) and not self._workers() & before)

    def stop(self) -> int:
        """Finish the requests that run, and return the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)
        try:
            return self.process.wait(SECONDS)
        except subprocess.TimeoutExpired:  # a client keeps its connection open
            self.process.terminate()
            return self.process.wait(SECONDS)

    def _command(self, *flags: str) -> list[str]:
        return [_program(), "-p", str(self.folder), "-c", str(self.configuration), "-e", "error.log", *flags]

    def _write(self, http: str) -> None:
        self.configuration.write_text(_whole(http, self.folder))
        tried = subprocess.run(self._command("-t"), capture_output=True, text=True, check=False)
        assert tried.returncode == 0, f"{tried.stderr}\n{self.configuration.read_text()}"

    def _await(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + SECONDS
        while not condition():
            assert time.monotonic() < deadline, self.errors
            with suppress(subprocess.TimeoutExpired):
                raise AssertionError(f"nginx ended with {self.process.wait(0.02)}\n{self.errors}")

    def _workers(self) -> set[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return {int(number) for number in children.read_text().split()}


@contextmanager
def running(folder: Path, http: str) -> Iterator[Nginx]:
    """Run nginx in ``folder`` while the block lasts; ``http`` is what stands in the configuration's http block."""
    for name in _TEMPORARY:
        (folder / name).mkdir(parents=True, exist_ok=True)
    nginx = Nginx(folder, http)
    try:
        nginx.await_start()
        yield nginx
    finally:
        nginx.stop()


def _whole(http: str, folder: Path) -> str:
    # Started as root, workers would become another user, whom the test's folder is closed to.
    user = "user root root;\n" if os.geteuid() == 0 else ""
    temporary = "".join(f"  {name}_temp_path {folder / name};\n" for name in _TEMPORARY)
    return (
        f"{user}daemon off;\nworker_processes 1;\npid {folder / 'nginx.pid'};\n"
        f"error_log {folder / 'error.log'} notice;\n"
        "events { worker_connections 1024; }\n"
        f"http {{\n  access_log {folder / 'access.log'};\n{temporary}{http}\n}}\n"
    )


def _program() -> str:
    found = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    assert found, "nginx is needed: .ci/services installs it"
    return found
