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
from mxcp_flask.errors import DemoServerFailed

HOST = "127.0.0.1"
CLIENT_ID = "mxcp-demo"
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
def serve_project(project: Path, config: Path, port: int, environ: dict[str, str], *flags: str) -> Iterator[str]:
    """Run ``mxcp serve`` for ``project`` and give its base URL once it is ready.

    Raises:
        DemoServerFailed: it ended, or was not ready in time; its own words are on standard error.

    """
    command = [sys.executable, "-m", "mxcp_flask.cli", "serve", "--host", HOST, "--port", str(port), *flags]
    environ = {**os.environ, **environ, "MXCP_PROJECT": str(project), "MXCP_CONFIG": str(config)}
    process = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL)  # noqa: S603 (our own program)
    base = f"http://{HOST}:{port}"
    try:
        _await_ready(process, base)
        yield base
    finally:
        process.terminate()
        process.wait()


def free_port() -> int:
    """Return a port on which nobody listens at the moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def write_config(path: Path, provider_url: str, state: Path) -> Path:
    """Write a user file that signs people in at the stand-in, its secret in the environment, and return ``path``."""
    auth = {
        "provider": "github",
        "persistence": {"type": "sqlite", "path": str(state)},
        "github": {
            "client_id": CLIENT_ID,
            "client_secret": "${MXCP_DEMO_CLIENT_SECRET}",
            "auth_url": f"{provider_url}/login/oauth/authorize",
            "token_url": f"{provider_url}/login/oauth/access_token",
            "api_url": provider_url,
        },
    }
    path.write_text(json.dumps({"mxcp": 1, "projects": {"demo": {"profiles": {"demo": {"auth": auth}}}}}))
    return path


def _await_ready(process: subprocess.Popen[bytes], base: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with suppress(subprocess.TimeoutExpired):
            raise DemoServerFailed(reason=f"it ended with exit code {process.wait(0.1)}")
        if _is_ready(base):
            return
    raise DemoServerFailed(reason=f"it was not ready within {START_SECONDS:g} seconds")


def _is_ready(base: str) -> bool:
    try:
        return loopback.send("GET", f"{base}/ready", timeout=2).status_code == 200
    except requests.RequestException:
        return False
