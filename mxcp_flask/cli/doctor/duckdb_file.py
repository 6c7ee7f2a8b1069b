"""DuckDB: its version, the project's database file, and the extensions and secrets that it is opened with."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from mxcp_flask.cli.doctor.files import nearest
from mxcp_flask.cli.doctor.findings import Finding, Patient
from mxcp_flask.cli.doctor.holders import Holder, look_at
from mxcp_flask.engine import Database, DatabaseSettings, version
from mxcp_flask.errors import DatabaseHeld, DatabaseNotUsable


def check(patient: Patient) -> Iterator[Finding]:
    """Open the file as a server would; what does not exist is not made."""
    yield Finding("duckdb", "ok", f"DuckDB {version()}")
    settings = patient.settings.duckdb
    if settings.path.exists() or settings.readonly:
        yield from _file(patient, settings)
    elif not os.access(nearest(settings.path), os.W_OK):
        where = nearest(settings.path)
        text = f"the database {settings.path} cannot be made: {where} may not be written by this user"
        yield Finding("database", "fault", text, f"Run the server as who may write to {where}, or name another path")
    else:
        yield Finding("database", "ok", f"{settings.path} will be made when a server starts")
        yield from _extensions(settings)


def _file(patient: Patient, settings: DatabaseSettings) -> Iterator[Finding]:
    bare = replace(settings, extensions=(), secrets=())
    try:
        _open(bare)
    except DatabaseHeld as error:
        yield _held(patient, settings.path, error.facts["holder"])
    except DatabaseNotUsable as error:
        yield Finding("database", "fault", str(error), "Name another file (duckdb.path), or bring back a copy of it")
        return
    else:
        mode = "read-only" if settings.readonly else "read-write"
        yield Finding("database", "ok", f"{settings.path}, {mode}")
    yield from _extensions(settings)


def _held(patient: Patient, path: Path, pid: int | None) -> Finding:
    """Tell who has the file open: a server of ours, wherever it listens, or somebody else."""
    holder = look_at(pid) if pid else None
    if holder and holder.is_server:
        return Finding("database", "ok", f"{path} is open in the running server, {holder}{_elsewhere(patient, holder)}")
    unseen = holder is None or holder.addresses is None
    if unseen and patient.is_running:  # which would have it, whoever it is
        return Finding("database", "ok", f"{path} is open in the running server")
    if holder and holder.name.startswith("mxcp "):  # which ends by itself
        return Finding("database", "warning", f"{holder} holds {path}", "Wait until it has ended")
    what = ", and this user cannot see whether it is a server of ours" if unseen else ", and is no server of ours"
    fix = "End that process, or let all open it read-only (readonly: true in mxcp-site.yml)"
    return Finding("database", "fault", f"{holder or 'another process'} holds {path}{what}", fix)


def _elsewhere(patient: Patient, holder: Holder) -> str:
    """Return where the server is, if that is not where this look is at."""
    transport = patient.settings.transport
    if not holder.addresses or transport.port in {int(each.rpartition(":")[2]) for each in holder.addresses}:
        return ""
    address = holder.addresses[0]
    return f", at {address}; mxcp doctor --port {address.rpartition(':')[2]} looks at that one"


def _extensions(settings: DatabaseSettings) -> Iterator[Finding]:
    """Load what a server would, into a database of no importance."""
    if not settings.extensions and not settings.secrets:
        return
    names = ", ".join([*(each.name for each in settings.extensions), *(each.name for each in settings.secrets)])
    with tempfile.TemporaryDirectory() as folder:
        try:
            _open(replace(settings, path=Path(folder, "try.duckdb"), readonly=False))
        except DatabaseNotUsable as error:
            text, _, fix = str(error.facts["reason"]).partition("; ")
            yield Finding("extensions", "fault", text, f"{fix[:1].upper()}{fix[1:]}")
        else:
            yield Finding("extensions", "ok", names)


def _open(settings: DatabaseSettings) -> None:
    with closing(Database(settings)) as database:
        database.check()
