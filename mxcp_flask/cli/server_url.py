"""Which server a command means: the one that is named, that of the project, or the only one one is signed in to."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
from click.core import ParameterSource

from mxcp_flask.cli.reached import base_of
from mxcp_flask.config import find_project
from mxcp_flask.config.addresses import WILDCARDS
from mxcp_flask.config.model import Transport
from mxcp_flask.config.reach import load_transport
from mxcp_flask.errors import ProjectNotFound, RemoteUnknown, RemoteUnreachable
from mxcp_flask.redirect_uris import host_of
from mxcp_flask.remote.kept import SignIns

URL = click.option("--url", envvar="MXCP_URL", help="The server's MCP URL (default: the project's).")
Command = Callable[..., None]


def server(envvar: str | None = "MXCP_URL") -> Callable[[Command], Command]:
    """Give a command the parameter ``url``: the argument URL, or --url, which mxcp call has, else ``envvar``."""

    def add(command: Command) -> Command:
        option = click.option("--url", "named", envvar=envvar, help="The same as the argument URL.")
        return click.argument("url", required=False)(option(_with_one_url(command)))

    return add


@contextmanager
def answering(given: str | None) -> Iterator[None]:
    """Where the server does not answer, and its URL, ``given``, was not typed, say how to name another."""
    try:
        yield
    except RemoteUnreachable as error:
        if given not in {None, os.environ.get("MXCP_URL")}:
            raise
        reason = f"{error.facts['reason']}. To ask another server, name it with --url"
        raise RemoteUnreachable(url=error.facts["url"], reason=reason) from error


def server_url(given: str | None, kept: SignIns) -> str:
    """Return the URL of the MCP endpoint that ``given`` names, or that a person in this folder means.

    Raises:
        RemoteUnknown: it is no URL, or nothing says which server is meant.
        ConfigurationError: the project's ``transport`` section is wrong.

    """
    if given:
        return _endpoint(given)
    try:
        project = find_project(Path(os.environ.get("MXCP_PROJECT") or Path.cwd()))
    except ProjectNotFound as error:
        known = kept.all()
        if len(known) == 1:
            return known[0].url
        reason = f"You are signed in at {len(known)}" if known else "There is no project here"
        raise RemoteUnknown(reason=reason) from error
    return url_of(load_transport(project, os.environ))


def _with_one_url(command: Command) -> Command:
    @wraps(command)
    def run(*arguments: Any, url: str | None, named: str | None, **rest: Any) -> None:
        source = click.get_current_context().get_parameter_source("named")
        if url and source is ParameterSource.COMMANDLINE and url != named:
            raise click.UsageError("Name one URL: as the argument, or with --url.")
        command(*arguments, url=url or named, **rest)

    return run


def url_of(transport: Transport) -> str:
    """Return the URL of the MCP endpoint as people on this machine use it. Raises RemoteUnknown."""
    base = base_of(transport)
    if "<" in base:
        raise RemoteUnknown(reason="The project's server is behind a proxy, whose name the configuration does not have")
    parts = urlsplit(base)
    if host_of(parts).strip("[]") in {wildcard.strip("[]") for wildcard in WILDCARDS}:
        base = parts._replace(netloc=f"localhost:{transport.port}").geturl()
    return f"{base}/mcp"


def _endpoint(given: str) -> str:
    try:
        parts = urlsplit(given)
        usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable or not given.isprintable() or "@" in parts.netloc or parts.query or parts.fragment:
        raise RemoteUnknown(reason="That is no URL of a server")
    path = parts.path.rstrip("/") or "/mcp"
    return f"{parts.scheme}://{parts.netloc.lower()}{path}"
