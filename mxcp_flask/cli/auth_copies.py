"""``mxcp auth backup`` and ``mxcp auth restore``: the state in SQLite, saved while servers run, and brought back."""

from __future__ import annotations

import time
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from typing import Any

import click

from mxcp_flask.app import open_audit
from mxcp_flask.cli.options import JSON, PROFILE
from mxcp_flask.cli.output import JsonCommand, print_result
from mxcp_flask.cli.progress import moving
from mxcp_flask.cli.project import read_settings
from mxcp_flask.config.model import Auth, Persistence
from mxcp_flask.errors import KeysNotInFile, StateInMemory, StateInPostgres, StoreNotUsable
from mxcp_flask.store import Keyring
from mxcp_flask.store.key_files import key_file_of
from mxcp_flask.store.sqlite.backup import back_up
from mxcp_flask.store.sqlite.copies import Contents
from mxcp_flask.store.sqlite.restore import restore as bring_back

_FILE = click.argument("file", type=click.Path(path_type=Path))


@click.command(cls=JsonCommand)
@_FILE
@click.option("--with-key", is_flag=True, help="Copy the key file too, to FILE.key: whoever has both can read it all.")
@click.option("--force", is_flag=True, help="Write over files that are there.")
@PROFILE
@JSON
def backup(file: Path, with_key: bool, force: bool, profile: str | None, json_output: bool) -> None:
    """Copy the state to FILE, as it is at one moment, while servers go on; then check the copy."""
    auth = read_settings(profile).auth
    persistence = _sqlite(auth)
    keys = persistence.encryption_keys
    if with_key and keys:
        raise KeysNotInFile
    if not persistence.path.exists():
        raise StoreNotUsable(path=persistence.path, reason="it is missing. A server makes it when it starts")
    keyring = Keyring.parse(keys) if keys else Keyring.beside(persistence.path)
    audit = open_audit(auth, time.time)  # whatever is wrong with it is told before anything is done
    with moving("Copying", counts=False) as told:
        now, tick = int(time.time()), partial(told, 1)
        found = back_up(persistence.path, keyring, file, now, key=with_key, replace=force, tick=tick)
    audit.record("state_copied", reason=str(file))
    facts = {"file": str(file), "bytes": file.stat().st_size, **_facts(found), "with_key": with_key}
    if json_output:
        print_result(facts)
        return
    click.echo(f"{file}: {facts['bytes']:,} bytes, checked ({_told(found)})")
    click.echo(_told_keys(found, persistence, file, with_key=with_key))


@click.command(cls=JsonCommand)
@_FILE
@click.option("--revoke-all", is_flag=True, help="End every grant: all people sign in again.")
@click.option("--keep-grants", is_flag=True, help="Keep the grants, those too that were revoked since the backup.")
@PROFILE
@JSON
def restore(file: Path, revoke_all: bool, keep_grants: bool, profile: str | None, json_output: bool) -> None:
    """Put the state of the backup FILE in the place of today's, while no server runs. Today's is kept beside it.

    Whatever was revoked since the backup would be alive again, and refresh tokens that were used since would work once
    more. So say which it is to be: --revoke-all or --keep-grants. Sign-ins on their way have to begin again.
    """
    if revoke_all == keep_grants:
        raise click.UsageError("Name one of --revoke-all and --keep-grants.")
    auth = read_settings(profile).auth
    persistence = _sqlite(auth)
    keyring = Keyring.parse(persistence.encryption_keys) if persistence.encryption_keys else None
    audit = open_audit(auth, time.time)
    restored = bring_back(file, persistence.path, keyring, int(time.time()), revoke_all=revoke_all)
    reason = f"{file}, {'all grants ended' if revoke_all else 'grants kept'}"
    audit.record("state_restored", reason=reason)
    before = str(restored.before) if restored.before else None
    if json_output:
        print_result({"database": str(persistence.path), **_facts(restored.contents), "before": before})
        return
    click.echo(f"{persistence.path} is as {file} was ({_told(restored.contents)})")
    click.echo("All grants are ended." if revoke_all else "Grants revoked since then are alive again: mxcp auth grants")
    if before:
        click.echo(f"The state from before is in {before}. Delete it when nobody needs it.")


def _sqlite(auth: Auth) -> Persistence:
    if auth.persistence is None:
        raise StateInMemory
    if not isinstance(auth.persistence, Persistence):
        raise StateInPostgres
    return auth.persistence


def _facts(found: Contents) -> dict[str, Any]:
    return {
        "clients": found.clients,
        "grants": found.grants,
        "people": found.people,
        "latest": _time(found),
        "keys": list(found.key_ids),
    }


def _told(found: Contents) -> str:
    held = f"clients: {found.clients}, live grants: {found.grants}, people: {found.people}"
    return f"{held}, latest entry: {_time(found)}" if found.latest else held


def _told_keys(found: Contents, persistence: Persistence, file: Path, *, with_key: bool) -> str:
    names = ", ".join(found.key_ids)
    if persistence.encryption_keys:
        return f"It opens only with {names} of encryption_keys. Keep that for as long as this file."
    if with_key:
        return f"It opens with {key_file_of(file)}. Whoever has both can act as these people: keep them apart."
    source = key_file_of(persistence.path)
    return f"It opens only with {names} of {source}. Keep a copy of that file elsewhere, or use --with-key."


def _time(found: Contents) -> str | None:
    return datetime.fromtimestamp(found.latest, timezone.utc).isoformat() if found.latest else None
