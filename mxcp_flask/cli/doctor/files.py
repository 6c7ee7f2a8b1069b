"""Files and folders: who may read and write them, and whether the server can."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from mxcp_flask.cli.counting import counted
from mxcp_flask.cli.doctor.findings import Finding, Level, Patient
from mxcp_flask.config import Settings
from mxcp_flask.config.written_secrets import written_secrets


def check(patient: Patient) -> Iterator[Finding]:
    """Look at the configuration, the project, and the files that the server writes."""
    settings = patient.settings
    found = [*_user_file(settings), *_writable_by_others(settings), *_written(settings)]
    yield from found or [Finding("files", "ok", "only their owners may change them, and the server can write its own")]


def nearest(path: Path) -> Path:
    """Return ``path``, or the nearest folder above it that exists."""
    while not path.exists() and path != path.parent:
        path = path.parent
    return path


def _user_file(settings: Settings) -> Iterator[Finding]:
    """Look whether others may read a secret. The server's group may be meant to, as in docs/deployment.md."""
    path = settings.user_file
    mode = path.stat().st_mode if path.exists() else 0
    if not mode & (stat.S_IRGRP | stat.S_IROTH):
        return
    secrets = written_secrets(path)
    if not secrets:
        return
    level: Level = "fault" if mode & stat.S_IROTH else "warning"
    readers = "others on this machine" if level == "fault" else "its group"
    more = f" and {counted('secret', len(secrets) - 1)} more" if secrets[1:] else ""
    text = f"{path}:{secrets[0].line} holds {secrets[0].where}{more}, and {readers} may read it"
    fix = f"Run chmod 600 {path}, or write ${{NAME}} there and set that environment variable"
    yield Finding("files", level, text, fix)


def _writable_by_others(settings: Settings) -> Iterator[Finding]:
    for path in (settings.user_file, settings.site_file, settings.project_dir):
        if path.exists() and path.stat().st_mode & stat.S_IWOTH:
            text = f"everybody on this machine may write to {path}, and so decide who comes in and what runs"
            yield Finding("files", "fault", text, f"Run chmod o-w {path}")


def _written(settings: Settings) -> Iterator[Finding]:
    for what, path in (("audit file", settings.auth.audit_path), ("log file", settings.logging.path)):
        if path is None:
            continue
        found = nearest(path)
        taken = found.is_dir() if found == path else not found.is_dir()
        if taken or not os.access(found, os.W_OK):
            reason = "is a folder" if found == path and taken else f"cannot be written: {found} does not allow it"
            yield Finding(
                "files", "fault", f"the {what} {path} {reason}", "Name another file, or run the server as who may write"
            )
