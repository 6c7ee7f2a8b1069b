"""Sends a person to a page: a browser of this machine, or the way to it from another one."""

from __future__ import annotations

import os
import threading
import webbrowser
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import urlsplit

import click

from mxcp_flask.cli.doctor.demos import demo_at
from mxcp_flask.cli.output import printable
from mxcp_flask.redirect_uris import is_loopback


def send_to(address: str, port: int, *, open_it: bool) -> None:
    """Send the person to ``address``; the answer comes to ``port`` of this machine."""
    opening = open_it and _open(address)
    lead = "Your browser opens. If it does not, go to" if opening else "Sign in with a browser on this machine, at"
    click.echo(printable(f"{lead}\n\n  {address}\n"), err=True)
    if not opening:
        click.echo("\n".join(_from_elsewhere(address, port)) + "\n", err=True)


def _from_elsewhere(address: str, port: int) -> Iterator[str]:
    """Say how a browser on another machine gets there: each port of this one that it will be sent to."""
    server = _port_here(address)
    demo = demo_at(server) if server else None
    stand_in = int(demo.stand_in.rpartition(":")[2]) if demo and demo.stand_in else None
    ports = [each for each in (port, server, stand_in) if each]
    forwards = " ".join(f"-L {each}:{'localhost' if each == server else '127.0.0.1'}:{each}" for each in ports)
    yield f"(Elsewhere: first ssh {forwards} to this machine.)"
    if demo:
        yield "The server is mxcp demo's: mxcp auth login --as NAME, such as ada-fixture, needs no browser at all."


def _port_here(address: str) -> int | None:
    """Return the port, if ``address`` is on this machine."""
    return (urlsplit(address).port or 80) if is_loopback(address) else None


def _open(address: str) -> bool:
    """Open a browser with windows, or whatever BROWSER names; a text browser would take this terminal."""
    try:
        browser = _browser()
    except webbrowser.Error:
        return False
    in_terminal = isinstance(browser, webbrowser.GenericBrowser) and not isinstance(
        browser, webbrowser.BackgroundBrowser
    )
    if in_terminal and "BROWSER" not in os.environ:
        return False
    threading.Thread(target=browser.open, args=(address,), daemon=True).start()  # some return when they are closed
    return True


def _browser() -> webbrowser.BaseBrowser:
    with suppress(webbrowser.Error):
        return webbrowser.get(os.environ.get("BROWSER"))
    return webbrowser.get()  # BROWSER may be a list, which only this one reads
