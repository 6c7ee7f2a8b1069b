"""The folder in which the processes of one server share their numbers.

Each worker has files of its own there, with its process id in their names. ``make_folder`` comes before any fork and
before prometheus-client is imported. What a worker counted stays when it ends; only its gauges go. Nothing here imports
prometheus-client for those who only serve.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from mxcp_flask.errors import MetricsNotShared

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
_MEMORY = Path("/dev/shm")  # noqa: S108 (a private folder is made in it)
_ROOM = 32 * 1024 * 1024  # bytes; a worker needs less than one million
_GAUGES = re.compile(r"gauge_live\w*?_(\d+)\.db")


def shared_folder() -> Path | None:
    """Return the folder of this server's processes, if they share one."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named else None


def check_shared(processes: int) -> None:
    """Raise MetricsNotShared when ``processes`` are several, and each would have numbers of its own."""
    if processes > 1 and shared_folder() is None:
        raise MetricsNotShared(workers=processes)


def make_folder() -> Path:
    """Make a new folder that only this user can read, and let this process and its children share it.

    In memory, where that can be: a full disk would end a process that writes to a file of this kind.
    """
    parent = _MEMORY if _has_room(_MEMORY) else None
    folder = Path(tempfile.mkdtemp(prefix="mxcp-metrics-", dir=parent))
    os.environ[VARIABLE] = str(folder)
    return folder


def _has_room(folder: Path) -> bool:
    return os.access(folder, os.W_OK) and shutil.disk_usage(folder).free >= _ROOM


def remove_folder(folder: Path) -> None:
    """Remove the folder."""
    shutil.rmtree(folder, ignore_errors=True)
    if os.environ.get(VARIABLE) == str(folder):
        del os.environ[VARIABLE]


@contextmanager
def sharing(*, enabled: bool) -> Iterator[None]:
    """Have a folder meanwhile, if metrics are ``enabled``. A child that leaves the block leaves the folder alone."""
    if not enabled:
        yield
        return
    maker, folder = os.getpid(), make_folder()
    try:
        yield
    finally:
        if os.getpid() == maker:
            remove_folder(folder)


def live_processes(folder: Path) -> set[int]:
    """Return the process ids of the workers; their parent, which may have loaded the application too, is none."""
    found = {int(match[1]) for match in map(_GAUGES.fullmatch, os.listdir(folder)) if match}
    return found - {os.getppid()} or {os.getpid()}


def forget_process(folder: Path, process: int) -> None:
    """Remove what says that the worker ``process`` is there."""
    for path in folder.glob(f"gauge_live*_{process}.db"):
        path.unlink(missing_ok=True)


def forget_dead(folder: Path) -> None:
    """Remove what workers left behind that ended without a word to their master."""
    for process in live_processes(folder):
        with suppress(PermissionError):  # there is such a process
            try:
                os.kill(process, 0)
            except ProcessLookupError:
                forget_process(folder, process)
