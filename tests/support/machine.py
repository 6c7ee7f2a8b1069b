"""A machine of its own for a test: systemd boots in a container over a copy-on-write view of this machine's files.

This checkout, with its .venv, is at ``/checkout`` there, for it may be below ``/tmp``, which the machine has of its
own. Whatever is done in it, installing packages or writing to ``/etc``, ends with it. It shares the network, so its
ports are this machine's. Needs root and systemd-nspawn.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

SECONDS = 300.0
CHECKOUT = Path(__file__).resolve().parents[2]
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_UNIT = """\
[Unit]
Requires=multi-user.target
After=multi-user.target
[Service]
Type=oneshot
StandardOutput=append:/walk/log
StandardError=inherit
ExecStart=/bin/bash /walk/script
ExecStopPost=/bin/sh -c 'echo "$EXIT_STATUS" > /walk/status.new && mv /walk/status.new /walk/status'
"""
_BOOT = """\
set -e
mount -t overlay overlay -o lowerdir=/,upperdir="$1/upper",workdir="$1/work" "$1/root"
exec systemd-nspawn --quiet --register=no --keep-unit --resolv-conf=off --directory="$1/root" --bind="$1/walk:/walk" \\
    --overlay="$2::/checkout" --boot systemd.unit=walk.service
"""
# What the environment says of package registries: the machine installs from the same ones.
_OF_REGISTRIES = ("PIP_", "SSL_CERT_", "REQUESTS_CA_", "HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")


class Machine:
    """A booted machine, on which ``script`` ran; made by ``booted``."""

    def __init__(self, folder: Path) -> None:
        self.walk = folder / "walk"
        self.pid = 0  # systemd-nspawn's

    def run(self, *command: str) -> str:
        """Run ``command`` in the machine and return what it printed; it must succeed."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        inside = ["nsenter", "--target", children[0], "--all", "--", "/usr/bin/env", "-i", f"PATH={_PATH}", *command]
        ended = subprocess.run(inside, capture_output=True, text=True, timeout=SECONDS, check=False)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout

    @property
    def log(self) -> str:
        """Return what the script has printed."""
        return (self.walk / "log").read_text(errors="replace")

    def await_status(self, process: subprocess.Popen[bytes]) -> str:
        """Return the script's exit code once it has ended; fail when the machine does not get there in time."""
        status, deadline = self.walk / "status", time.monotonic() + SECONDS
        while not status.exists():
            assert process.poll() is None, self.console
            assert time.monotonic() < deadline, self.log
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.1)
        return status.read_text().strip()

    @property
    def console(self) -> str:
        """Return what the machine has said while it booted."""
        return (self.walk.parent / "console").read_text(errors="replace")


@contextmanager
def booted(folder: Path, script: str, hosts: Mapping[str, str]) -> Iterator[Machine]:
    """Boot a machine in which the names of ``hosts`` have these addresses, and run ``script`` in it with bash.

    The block begins when the script has ended, successfully; the machine is gone after the block.
    """
    machine = Machine(folder)
    _furnish(folder, script, hosts)
    with (folder / "console").open("wb") as console:
        command = ["unshare", "--mount", "/bin/bash", "-c", _BOOT, "boot", str(folder), str(CHECKOUT)]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=console, stderr=console)
    machine.pid = process.pid
    try:
        assert machine.await_status(process) == "0", machine.log
        yield machine
    finally:
        process.terminate()  # systemd-nspawn then powers the machine off
        process.wait()


def _furnish(folder: Path, script: str, hosts: Mapping[str, str]) -> None:
    for name in ("upper/etc/systemd/system", "work", "root", "walk"):
        (folder / name).mkdir(parents=True)
    registries = {name: value for name, value in os.environ.items() if name.startswith(_OF_REGISTRIES)}
    exports = [f"export {name}={shlex.quote(value)}" for name, value in registries.items()]
    (folder / "walk/script").write_text("\n".join(["set -euxo pipefail", *exports, script]))
    (folder / "walk/log").touch()
    lines = ["127.0.0.1 localhost", *(f"{address} {name}" for name, address in hosts.items())]
    (folder / "upper/etc/hosts").write_text("\n".join([*lines, ""]))
    (folder / "upper/etc/machine-id").write_text("")  # it is another machine
    (folder / "upper/etc/systemd/system/walk.service").write_text(_UNIT)
