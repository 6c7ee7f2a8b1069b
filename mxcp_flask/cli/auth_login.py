"""``mxcp auth login``, ``logout`` and ``status``: a person's own sign-ins at running servers, from the terminal."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

import click

from mxcp_flask.cli.browsing import send_to
from mxcp_flask.cli.options import JSON
from mxcp_flask.cli.output import JsonCommand, print_result, printable, warn
from mxcp_flask.cli.server_url import answering, server, server_url
from mxcp_flask.errors import RemoteError
from mxcp_flask.remote import tokens
from mxcp_flask.remote.discovery import Server, discover
from mxcp_flask.remote.kept import SignedIn, SignIns, sign_ins
from mxcp_flask.remote.listener import Listener
from mxcp_flask.remote.login import Login


@click.command(cls=JsonCommand)
@server()
@click.option("--scope", "scopes", multiple=True, help="Ask for this scope too, beside those from before.")
@click.option("--client-id", envvar="MXCP_CLIENT_ID", help="Be this client of the server's, rather than register.")
@click.option("--no-browser", is_flag=True, help="Print the address, and open no browser.")
@click.option("--as", "person", metavar="NAME", help="Be this invented person of mxcp demo, without a browser.")
@click.option("--timeout", type=click.IntRange(1), default=300, help="Seconds to wait for the browser (default: 300).")
@JSON
def login(
    url: str | None,
    scopes: tuple[str, ...],
    client_id: str | None,
    no_browser: bool,
    person: str | None,
    timeout: int,
    json_output: bool,
) -> None:
    """Sign in to the server at URL (default: the project's), in the browser. mxcp call then acts as you.

    A client that --client-id names must have the redirect URI http://127.0.0.1/callback; its secret, if it has one, is
    in MXCP_CLIENT_SECRET.
    """
    kept = sign_ins(os.environ)
    address = server_url(url, kept)
    with answering(url):
        found = discover(address)
    before = kept.find(found.url)
    asked = _asked(found, before, scopes)
    with closing(Listener()) as listener:
        way = Login(found, listener, before, time.time)
        way.name_client(client_id, os.environ.get("MXCP_CLIENT_SECRET") if client_id else None)
        _go(way.url(asked), listener.port, person, open_it=not no_browser)
        signed_in = replace(way.finish(timeout), person=person)
    with kept.alone(found.url):  # or a refresh that is on its way would write over it
        before = kept.find(found.url)
        kept.keep(signed_in)
    if before is not None:
        _end_quietly(before)
    _report(signed_in, asked, json_output)


@click.command(cls=JsonCommand)
@server()
@click.option("--all", "everywhere", is_flag=True, help="Sign out of every server.")
@click.option("--force", is_flag=True, help="Forget the sign-in here, even if the server cannot be told.")
@JSON
def logout(url: str | None, everywhere: bool, force: bool, json_output: bool) -> None:
    """Sign out of the server at URL (default: the project's): the server revokes the tokens, and they are deleted."""
    kept = sign_ins(os.environ)
    urls = [each.url for each in kept.all()] if everywhere else [server_url(url, kept)]
    ended = [each for each in urls if _sign_out(kept, each, force=force)]
    if json_output:
        print_result({"signed_out": ended})
        return
    click.echo("\n".join(f"Signed out of {each}" for each in ended) or "You were not signed in.")


@click.command(cls=JsonCommand)
@server(envvar=None)
@JSON
def status(url: str | None, json_output: bool) -> None:
    """List the servers that you are signed in to, or only the one at URL, with the scopes that they granted."""
    kept = sign_ins(os.environ)
    asked = server_url(url, kept) if url else None
    entries = [_entry(each) for each in kept.all() if asked in {None, each.url}]
    if json_output:
        print_result(entries)
        return
    for entry in entries:
        who = f"  as {entry['person']}" if entry["person"] else ""
        click.echo(printable(f"{entry['url']}{who}  scopes: {entry['scope'] or 'none'}  since {entry['since']}"))
    if not entries:
        click.echo(f"You are not signed in {f'at {asked}' if asked else 'to any server'}. mxcp auth login does that.")


def _asked(server: Server, before: SignedIn | None, scopes: Sequence[str]) -> list[str]:
    earlier = before.scope.split() if before else []
    named = [each for scope in scopes for each in scope.split()]
    return list(dict.fromkeys([*server.scopes, *earlier, *named]))


def _go(address: str, port: int, person: str | None, *, open_it: bool) -> None:
    if person is None:
        send_to(address, port, open_it=open_it)
        return
    from mxcp_flask.demo.arriving import sign_in_as

    sign_in_as(person, address)


def _end_quietly(before: SignedIn) -> None:
    try:
        tokens.revoke(before)
    except RemoteError as error:
        warn(f"the sign-in from before goes on until it expires: {error}")


def _sign_out(kept: SignIns, url: str, *, force: bool) -> bool:
    """End the sign-in at ``url`` there and here, and tell whether there was one."""
    with kept.alone(url):
        found = kept.find(url)
        if found is None:
            return False
        _revoke(found, force=force)
        kept.forget(url)
        return True


def _revoke(signed_in: SignedIn, *, force: bool) -> None:
    try:
        certain = tokens.revoke(signed_in)
    except RemoteError as error:
        if not force:
            hint = "The sign-in is still here; --force forgets it, and leaves it to the server to let it expire"
            raise RemoteError(url=signed_in.url, reason=f"{error} {hint}") from error
        warn(f"{error} The tokens expire there by themselves.")
        return
    if not certain:
        warn(f"{signed_in.url} has no way to revoke tokens. They expire there by themselves.")


def _report(signed_in: SignedIn, asked: Sequence[str], json_output: bool) -> None:
    refused = [scope for scope in asked if scope not in signed_in.scope.split()]
    if json_output:
        print_result({**_entry(signed_in), "not_granted": refused})
        return
    who = f" as {signed_in.person}" if signed_in.person else ""
    click.echo(printable(f"Signed in at {signed_in.url}{who}\nScopes: {signed_in.scope or 'none'}"))
    if refused:
        warn(f"not granted: {' '.join(refused)}. Ask whoever runs the server whether you may have it.")
    click.echo("Next: mxcp call TOOL -p NAME=VALUE (without TOOL it lists the tools)")


def _entry(signed_in: SignedIn) -> dict[str, Any]:
    return {
        "url": signed_in.url,
        "person": signed_in.person,
        "scope": signed_in.scope,
        "since": datetime.fromtimestamp(signed_in.since, timezone.utc).isoformat(timespec="seconds"),
    }
