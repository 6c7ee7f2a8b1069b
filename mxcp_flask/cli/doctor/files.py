"""Files and folders: who may read and write them, and whether the server can."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from mxcp_flask.cli.doctor.findings import Finding, Patient
from mxcp_flask.config import Settings


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
    path, provider = settings.user_file, settings.auth.settings
    if not path.exists() or provider is None or not path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
        return
    if provider.client_secret in path.read_text(encoding="utf-8", errors="replace"):
        yield Finding(
            "files",
            "fault",
            f"{path} holds the client secret, and others on this machine may read it",
            f"Run chmod 600 {path}, or write ${{NAME}} there and set that environment variable",
        )


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
