"""``mxcp auth``: signing in to servers; and for operators: who has access, and taking it away.

What operators do works on the store, beside running servers.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from functools import partial
from typing import Any

import click

from mxcp_flask.app import open_audit, open_store
from mxcp_flask.cli.auth_copies import backup, restore
from mxcp_flask.cli.auth_login import login, logout, status
from mxcp_flask.cli.options import JSON, PROFILE
from mxcp_flask.cli.output import JsonGroup, print_result, printable
from mxcp_flask.cli.progress import moving
from mxcp_flask.cli.project import read_settings
from mxcp_flask.config import Settings
from mxcp_flask.errors import StateInMemory
from mxcp_flask.records import Client, Grant
from mxcp_flask.store import Store
from mxcp_flask.store.sweeping import sweeping


@click.group(cls=JsonGroup)
def auth() -> None:
    """Sign in to a server (login, logout, status); as its operator, show and end what people and clients were given."""


for command in (login, logout, status, backup, restore):
    auth.add_command(command)


@auth.command()
@PROFILE
@JSON
def clients(profile: str | None, json_output: bool) -> None:
    """List the clients: configured ones and registered ones."""
    settings = read_settings(profile)
    with _store(settings) as store:
        known = [*settings.auth.clients, *store.list_clients()]
    _print([_client(client) for client in known], json_output)


@auth.command()
@PROFILE
@click.option("--client", help="Only this client's.")
@click.option("--person", help="Only this person's, such as github:4711.")
@JSON
def grants(profile: str | None, client: str | None, person: str | None, json_output: bool) -> None:
    """List the grants that are alive: who gave which client what."""
    with _store(read_settings(profile)) as store:
        found = store.list_grants(_now(), client_id=client, subject=person)
    _print([_grant(grant) for grant in found], json_output)


@auth.command()
@PROFILE
@click.option("--client", help="Revoke all grants of this client, and remove it if it registered itself.")
@click.option("--person", help="Revoke all grants of this person, such as github:4711.")
@click.option("--grant", help="Revoke this grant.")
@click.option("--all", "everything", is_flag=True, help="Revoke every grant.")
@JSON
def revoke(
    profile: str | None, client: str | None, person: str | None, grant: str | None, everything: bool, json_output: bool
) -> None:
    """Revoke grants, and with them every token that came from them, at once."""
    if sum((client is not None, person is not None, grant is not None, everything)) != 1:
        raise click.UsageError("Name one of --client, --person, --grant and --all.")
    settings = read_settings(profile)
    with _store(settings) as store:
        ended = [g for g in store.list_grants(_now(), client_id=client, subject=person) if grant in {None, g.id}]
        for each in ended:
            store.revoke_grant(each.id, _now())
        removed = client is not None and store.remove_client(client, _now())
    audit = open_audit(settings.auth, time.time)
    for each in ended:
        audit.record("grant_ended", client=each.client_id, subject=each.user.subject, grant=each.id, reason="operator")
    _tell({"revoked": len(ended), "client_removed": removed}, json_output)


@auth.command()
@PROFILE
@JSON
def sweep(profile: str | None, json_output: bool) -> None:
    """Delete what has expired, and clients that nobody uses."""
    settings = read_settings(profile)
    limits, now, count = settings.auth.registration, _now(), 0
    with _store(settings) as store, moving("Deleting") as told:
        bounds = {"unused_before": now - limits.unused_ttl, "idle_before": now - limits.idle_ttl}
        for deleted in sweeping(partial(store.sweep, now, **bounds)):
            count += deleted
            told(deleted)
    _tell({"deleted": count}, json_output)


@auth.command("rotate-keys")
@PROFILE
@JSON
def rotate_keys(profile: str | None, json_output: bool) -> None:
    """Seal everything anew with the first encryption key. A key file is given a new one before that."""
    settings = read_settings(profile)
    with _store(settings, new_key=True) as store, moving("Sealing") as told:
        count = store.reseal(told)
    _tell({"resealed": count}, json_output)


@contextmanager
def _store(settings: Settings, *, new_key: bool = False) -> Iterator[Store]:
    if settings.auth.persistence is None:
        raise StateInMemory
    store = open_store(settings.auth, new_key=new_key)
    try:
        yield store
    finally:
        store.close()


def _now() -> int:
    return int(time.time())


def _client(client: Client) -> dict[str, Any]:
    return {
        "client_id": client.client_id,
        "name": client.name,
        "kind": "configured" if client.configured else "document" if client.fresh_until else "registered",
        "redirect_uris": list(client.redirect_uris),
        "registered_at": _time(client.issued_at),
        "last_used_at": _time(client.last_used_at),
    }


def _grant(grant: Grant) -> dict[str, Any]:
    return {
        "grant": grant.id,
        "client_id": grant.client_id,
        "person": grant.user.subject,
        "username": grant.user.username,
        "scope": grant.scope,
        "since": _time(grant.created_at),
        "until": _time(grant.expires_at),
    }


def _time(seconds: int | None) -> str | None:
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat() if seconds else None


def _print(rows: list[dict[str, Any]], json_output: bool) -> None:
    if json_output:
        print_result(rows)
        return
    for row in rows:
        click.echo("  ".join(f"{key}={_text(value)}" for key, value in row.items() if value))
    click.echo(f"{len(rows)} found")


def _text(value: Any) -> str:
    # Names come from outside: nothing in them may move the terminal's cursor.
    text = ",".join(map(str, value)) if isinstance(value, list) else str(value)
    return printable(text.replace("\n", "\ufffd").replace("\t", "\ufffd"))


def _tell(counts: dict[str, Any], json_output: bool) -> None:
    if json_output:
        print_result(counts)
    else:
        click.echo(", ".join(f"{name.replace('_', ' ')}: {value}" for name, value in counts.items()))
