"""Which server a command means: the one that is named, that of the project, or the only one one is signed in to."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

import click

from mxcp_flask.cli.reached import base_of
from mxcp_flask.config import find_project
from mxcp_flask.config.addresses import WILDCARDS
from mxcp_flask.config.model import Transport
from mxcp_flask.config.reach import load_transport
from mxcp_flask.errors import ProjectNotFound, RemoteUnknown
from mxcp_flask.redirect_uris import host_of
from mxcp_flask.remote.kept import SignIns

URL = click.option("--url", envvar="MXCP_URL", help="The server's MCP URL (default: the project's).")


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
