"""The demo's two servers on loopback: the stand-in provider in a thread, ``mxcp serve`` in processes of its own."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import requests
from flask import Flask
from werkzeug.serving import make_server

from mxcp_flask.demo import loopback
from mxcp_flask.demo.identity_provider import create_identity_provider
from mxcp_flask.errors import DemoServerFailed

HOST = "127.0.0.1"
CLIENT_ID = "mxcp-demo"
SECRET = "MXCP_DEMO_CLIENT_SECRET"  # noqa: S105 (the name of a variable)
_SOCKETS = ("GUNICORN_FD", "LISTEN_FDS", "LISTEN_PID")  # which are not for a process that this one starts
START_SECONDS = 30.0


@contextmanager
def serve_app(app: Flask) -> Iterator[str]:
    """Serve ``app`` in a thread and give its base URL."""
    server = make_server(HOST, 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://{HOST}:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def stand_in(base: str, secret: str) -> Iterator[str]:
    """Serve a stand-in for GitHub to the server at ``base``, and give its base URL."""
    callback = f"{base}/github/callback"
    with serve_app(
        create_identity_provider(client_id=CLIENT_ID, client_secret=secret, callback_urls=[callback])
    ) as url:
        yield url


@contextmanager
def serve_project(project: Path, config: Path, port: int, environ: dict[str, str], *flags: str) -> Iterator[str]:
    """Run ``mxcp serve`` for ``project`` and give its base URL once it is ready.

    Raises:
        DemoServerFailed: it ended, or was not ready in time; its own words are on standard error.

    """
    base = f"http://{HOST}:{port}"
    environ = {**environ, "MXCP_PROJECT": str(project), "MXCP_CONFIG": str(config)}
    with mxcp_serve(base, environ, "--host", HOST, "--port", str(port), *flags):
        yield base


@contextmanager
def mxcp_serve(base: str, environ: dict[str, str], *flags: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run ``mxcp serve`` while the block lasts, and give its process once it is ready at ``base``.

    Raises:
        DemoServerFailed: it ended, or was not ready in time; its own words are on standard error.

    """
    command = [sys.executable, "-m", "mxcp_flask.cli", "serve", *flags]
    inherited = {name: value for name, value in os.environ.items() if name not in _SOCKETS}
    process = subprocess.Popen(command, env={**inherited, **environ}, stdout=subprocess.DEVNULL)  # noqa: S603 (our own)
    try:
        _await_ready(process, base)
        yield process
    finally:
        process.terminate()
        process.wait()


def free_port() -> int:
    """Return a port on which nobody listens at the moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def write_config(
    path: Path,
    provider_url: str,
    state: Path,
    *,
    project: str = "demo",
    profile: str = "demo",
    level: str = "info",
    **http: object,
) -> Path:
    """Write a user file that signs people in at the stand-in, its secret in the environment, and return ``path``.

    ``level`` is that of the log, ``http`` the section ``transport.http``.
    """
    auth = {
        "provider": "github",
        "persistence": {"type": "sqlite", "path": str(state)},
        "github": {
            "client_id": CLIENT_ID,
            "client_secret": f"${{{SECRET}}}",
            "auth_url": f"{provider_url}/login/oauth/authorize",
            "token_url": f"{provider_url}/login/oauth/access_token",
            "api_url": provider_url,
        },
    }
    projects = {project: {"profiles": {profile: {"auth": auth}}}}
    document = {"mxcp": 1, "projects": projects, "transport": {"http": http}, "logging": {"level": level}}
    path.write_text(json.dumps(document))
    return path


def _await_ready(process: subprocess.Popen[bytes], base: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with suppress(subprocess.TimeoutExpired):
            raise DemoServerFailed(reason=f"it ended with exit code {process.wait(0.1)}; what it said is above")
        if _is_ready(base):
            return
    raise DemoServerFailed(reason=f"it was not ready within {START_SECONDS:g} seconds")


def _is_ready(base: str) -> bool:
    try:
        return loopback.send("GET", f"{base}/ready", timeout=2).status_code == 200
    except requests.RequestException:
        return False
