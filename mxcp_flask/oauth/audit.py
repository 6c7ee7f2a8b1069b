"""The audit: one JSON line for each security event, for whoever must later say what happened.

Events::

    client_registered   consent_given   consent_denied   signed_in   sign_in_failed   person_refused
    token_issued   token_refreshed   token_revoked   code_replayed   refresh_token_reused   grant_ended
    account_opened   request_refused   calls_refused (once a minute for each person or client)
    state_copied   state_restored

Each line has ``time`` (ISO 8601, UTC), ``event``, the address it came from, ``request`` (its identifier, as in the
log), and what of client, subject, grant, scope and reason there is. Never a token, code or secret.
"""

from __future__ import annotations

import errno
import json
import logging
import os
from collections.abc import Callable
from contextvars import ContextVar
from datetime import datetime, timezone
from pathlib import Path

from mxcp_flask.errors import FileNotWritable
from mxcp_flask.logs import request_id

log = logging.getLogger("mxcp.audit")

#: The address that the request at hand came from; the web edge sets it.
address: ContextVar[str | None] = ContextVar("address", default=None)


class Audit:
    """Keeps nothing: no audit is configured."""

    def record(self, event: str, **facts: str | None) -> None:
        """Record ``event`` with the ``facts`` that are not None."""


class AuditFile(Audit):
    """Appends to a file that only its owner can read; several processes may share it.

    Raises:
        FileNotWritable: the file cannot be opened for writing.

    """

    def __init__(self, path: Path, clock: Callable[[], float]) -> None:
        self.path = path
        self.clock = clock
        self._lead = ""
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(self._open())
        except OSError as error:
            raise FileNotWritable(path=path, reason=error.strerror or str(error)) from error

    def record(self, event: str, **facts: str | None) -> None:
        """Append one line in one write. What cannot be written is logged, and the request goes on."""
        time = datetime.fromtimestamp(self.clock(), timezone.utc).isoformat(timespec="milliseconds")
        known = {"address": address.get(), "request": request_id.get(), **facts}
        line = {"time": time, "event": event, **{name: fact for name, fact in known.items() if fact}}
        text = json.dumps(line)
        try:
            self._append(text)
        except OSError as error:
            log.error("could not write the audit line %s: %s", text, error)  # noqa: TRY400

    def _append(self, text: str) -> None:
        data = f"{self._lead}{text}\n".encode("ascii")
        file = self._open()
        try:
            written = os.write(file, data)
        finally:
            os.close(file)
        # A full disk takes a part: the next line must not go on where that ends.
        self._lead = "\n" if 0 < written < len(data) else ""
        if written < len(data):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.path))

    def _open(self) -> int:
        # Opened for each line, so that the file can be rotated away.
        return os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
