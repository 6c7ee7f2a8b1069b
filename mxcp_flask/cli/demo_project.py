"""``mxcp demo FOLDER``: a project of one's own, with the stand-in in place of its own sign-in."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import click

from mxcp_flask.cli.announcing import next_steps
from mxcp_flask.cli.server_url import url_of
from mxcp_flask.cli.starting import check_address
from mxcp_flask.config import Settings, find_project, load_settings
from mxcp_flask.config.paths import find_places
from mxcp_flask.config.reach import load_transport
from mxcp_flask.config.site_file import SITE_FILE
from mxcp_flask.digests import new_secret
from mxcp_flask.documents import load_document
from mxcp_flask.errors import ConfigurationError, DemoRefused, RemoteUnknown

HOST = "localhost"  # as mxcp serve, so that mxcp auth login and mxcp call find it


def serve_project(folder: Path, port: int | None, *, ignore_errors: bool) -> None:
    """Serve the project in ``folder`` on loopback until a signal.

    Raises:
        ConfigurationError: there is no project, it is at fault, or the port is taken.
        DemoRefused: it is not for whoever asks.

    """
    project = find_project(folder)
    settings = _settings(project, os.environ)
    port = port or load_transport(project, os.environ).port
    check_address(HOST, port)
    _serve(settings, port, *(["--ignore-errors"] if ignore_errors else []))


def _settings(project: Path, environ: Mapping[str, str]) -> Settings:
    """Return the settings that the project has without a user file."""
    if (load_document(project / SITE_FILE).data or {}).get("secrets"):
        raise DemoRefused(reason=f"{SITE_FILE} lists secrets, which are not for everybody. Use mxcp serve")
    for path in _private(project, environ):
        if path.resolve().is_relative_to(project) and not _is_hidden(path.resolve().relative_to(project)):
            raise DemoRefused(reason=f"{path} is in it, where SQL could read it. Keep it outside of the project")
    return load_settings(project, {**environ, "MXCP_CONFIG": os.devnull})


def _private(project: Path, environ: Mapping[str, str]) -> Iterator[Path]:
    """Give the files that only the project's own configuration would keep from SQL."""
    yield find_places(project, environ).user_file(environ)
    with suppress(ConfigurationError):  # then no server has run with it
        yield from set(load_settings(project, environ).duckdb.protected) - {project / SITE_FILE}


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _serve(settings: Settings, port: int, *flags: str) -> None:
    code = 0
    with suppress(KeyboardInterrupt), _serving(settings, port, *flags) as (server, stand_in):
        click.echo("\n".join(_announcement(settings, f"http://{HOST}:{port}/mcp", stand_in)))
        code = server.wait()
    click.echo("Stopped.")
    sys.exit(code)


@contextmanager
def _serving(settings: Settings, port: int, *flags: str) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Run both, and give the server's process and the stand-in's URL."""
    from mxcp_flask.demo import servers

    base, secret = f"http://{HOST}:{port}", new_secret()
    with tempfile.TemporaryDirectory(prefix="mxcp-demo-") as name, servers.stand_in(base, secret) as provider_url:
        config = servers.write_config(
            Path(name, "config.yml"),
            provider_url,
            Path(name, "state", "oauth.db"),
            project=settings.project,
            profile=settings.profile,
            level="warning",
            port=port,
        )
        environ = {"MXCP_PROJECT": str(settings.project_dir), "MXCP_CONFIG": str(config), servers.SECRET: secret}
        with servers.mxcp_serve(base, environ, "--reload", *flags) as server:
            yield server, provider_url


def _announcement(settings: Settings, url: str, stand_in: str) -> Iterator[str]:
    from mxcp_flask.demo.people import PEOPLE

    yield f"Project:  {settings.project}, profile {settings.profile}, in {settings.project_dir}"
    yield f"Database: {settings.duckdb.path}"
    yield f"Sign-in:  a stand-in for GitHub at {stand_in}; nobody there is real, and nobody has a password"
    yield f"People:   {', '.join(person.login for person in PEOPLE)}"
    yield f"MCP URL:  {url}, for this machine only"
    yield ""
    yield from next_steps(settings.project, url, moved=not _is_default(settings, url), person=PEOPLE[0].login)
    yield ""
    yield "Changes of endpoint files are followed. mxcp query can change tables while this is stopped."
    yield "Press Ctrl-C to stop. Sign-ins end then."


def _is_default(settings: Settings, url: str) -> bool:
    """Tell whether commands in the project find the server by themselves."""
    try:
        return url_of(load_transport(settings.project_dir, os.environ)) == url
    except RemoteUnknown:
        return False
