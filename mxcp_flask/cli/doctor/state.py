"""The OAuth state: where it is, whether it can be opened, and whether it is private."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from mxcp_flask.app import open_store
from mxcp_flask.cli.doctor.files import nearest
from mxcp_flask.cli.doctor.findings import Finding, Patient
from mxcp_flask.config.model import Auth, Persistence, PostgresPersistence

_LITTLE = 100 << 20  # bytes of room on a disk
_IN_MEMORY = (
    "sign-ins are kept in memory and end with the server",
    "Write 'persistence: {type: sqlite}' in the profile's auth section",
)


def check(patient: Patient) -> Iterator[Finding]:
    """Open the state as a server would; what does not exist is not made."""
    auth = patient.settings.auth
    if auth.provider == "none":
        yield Finding("state", "ok", "none is kept, as nobody signs in")
    elif auth.persistence is None:
        yield Finding("state", "warning", *_IN_MEMORY)
    elif isinstance(auth.persistence, PostgresPersistence):
        if not patient.offline:
            yield _opened(auth, auth.persistence.place)
    else:
        yield from _sqlite(auth, auth.persistence)


def _sqlite(auth: Auth, persistence: Persistence) -> Iterator[Finding]:
    path = persistence.path
    if path.exists():
        yield _opened(auth, str(path))
    else:
        yield _to_be_made(path)
    left = shutil.disk_usage(nearest(path)).free
    if left < _LITTLE:
        yield Finding("state", "warning", f"the disk of {path} has {left >> 20} MB left", "Make room, or move it")


def _opened(auth: Auth, place: str) -> Finding:
    open_store(auth).close()
    return Finding("state", "ok", place)


def _to_be_made(path: Path) -> Finding:
    found = nearest(path)
    if found.is_dir() and os.access(found, os.W_OK | os.X_OK):
        return Finding("state", "ok", f"{path} will be made when a server starts")
    reason = "is no folder" if not found.is_dir() else "may not be written by this user"
    return Finding(
        "state",
        "fault",
        f"the OAuth database {path} cannot be made: {found} {reason}",
        "Let persistence.path name a place that the server's user may write",
    )
