"""Servers over real sockets, each a command in processes of its own, and people who sign in to them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

import requests

from mxcp_flask.demo import servers
from mxcp_flask.demo.browser import Browser
from mxcp_flask.demo.client import DemoClient
from mxcp_flask.demo.identity_provider import create_identity_provider
from mxcp_flask.demo.walk import Walk
from tests.support.site import CLIENT_ID, CLIENT_SECRET, Site, github_auth

REPOSITORY = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
MXCP = (sys.executable, "-m", "mxcp_flask.cli")
SECONDS = 30.0
Host = Literal["mxcp serve", "gunicorn", "gunicorn as it comes"]
HOSTS: tuple[Host, ...] = ("mxcp serve", "gunicorn")  # the latter with our settings


class Server:
    """A running command that serves HTTP; its output is kept in ``log``. Made by ``running``."""

    def __init__(
        self,
        command: Sequence[str],
        environ: Mapping[str, str],
        log: Path,
        cwd: Path = REPOSITORY,
        pass_fds: Sequence[int] = (),
    ) -> None:
        self.log = log
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                command,
                cwd=cwd,
                env=clean(environ),
                stdout=output,
                stderr=output,
                start_new_session=True,
                pass_fds=pass_fds,
                preexec_fn=hear_all_signals,
            )

    def await_ready(self, base: str) -> None:
        """Return when the server is ready; fail with its output when it is not in time."""
        deadline = time.monotonic() + SECONDS
        while self.process.poll() is None and time.monotonic() < deadline:
            with suppress(requests.RequestException):
                if requests.get(f"{base}/ready", timeout=2).status_code == 200:
                    return
        raise AssertionError(self.log.read_text())

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send the signal, unless the command has ended, and return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(SECONDS)

    def has_processes(self) -> bool:
        """Tell whether any process that the command started is still there."""
        try:
            os.killpg(self.process.pid, 0)
        except ProcessLookupError:
            return False
        return True


def becomes(condition: Callable[[], bool]) -> bool:
    """Tell whether ``condition`` holds before the time is over."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        if condition():
            return True
    return False


@contextmanager
def running(
    command: Sequence[str], environ: Mapping[str, str], base: str, log: Path, cwd: Path = REPOSITORY
) -> Iterator[Server]:
    """Run ``command`` in ``cwd``, else in the repository's root, while the block lasts, from when it is ready."""
    server = Server(command, environ, log, cwd)
    try:
        server.await_ready(base)
        yield server
    finally:
        server.stop()


def hear_all_signals() -> None:
    """Undo in a child what a shell or nohup did for what runs in the background: it does not hear some signals."""
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


def command(host: Host, port: int, *flags: str) -> list[str]:
    """Return the command that serves the project of the environment at ``port``; ``flags`` both hosts must know."""
    if host != "mxcp serve":
        ours = ["-c", "python:mxcp_flask.cli.gunicorn_settings"] if host == "gunicorn" else ["--threads", "2"]
        return [str(BIN / "gunicorn"), *ours, "-b", f"{servers.HOST}:{port}", *flags, "wsgi:app"]
    return [*MXCP, "serve", "--host", servers.HOST, "--port", str(port), *flags]


def run(command: Sequence[str], environ: Mapping[str, str], cwd: Path = REPOSITORY) -> subprocess.CompletedProcess[str]:
    """Run ``command`` in ``cwd``, else in the repository's root, to its end."""
    return subprocess.run(
        command, cwd=cwd, env=clean(environ), capture_output=True, text=True, timeout=SECONDS, check=False
    )


def clean(environ: Mapping[str, str]) -> dict[str, str]:
    """Return this process's environment with ``environ`` in place of all that configures our servers."""
    ours = ("MXCP_", "GUNICORN_", "GITHUB_CLIENT_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, **environ}


@contextmanager
def stand_in(port: int) -> Iterator[str]:
    """Serve the stand-in for GitHub to a server at ``port``, and give its base URL."""
    callback = f"http://{servers.HOST}:{port}/github/callback"
    app = create_identity_provider(client_id=CLIENT_ID, client_secret=CLIENT_SECRET, callback_urls=[callback])
    with servers.serve_app(app) as url:
        yield url


def urls_of(provider_url: str) -> dict[str, str]:
    """Return the keys of a ``github`` section that point at the stand-in."""
    return {
        "auth_url": f"{provider_url}/login/oauth/authorize",
        "token_url": f"{provider_url}/login/oauth/access_token",
        "api_url": provider_url,
    }


def live_site(folder: Path, provider_url: str, **auth: object) -> Site:
    """Return a project whose people sign in at the stand-in; ``auth`` adds to that section."""
    section = github_auth(**auth)
    section["github"] |= urls_of(provider_url)
    site = Site(folder, section)
    site.environ["MXCP_PROJECT"] = str(site.project)
    return site


def sqlite(folder: Path) -> dict[str, str]:
    """Return a ``persistence`` section with its file in ``folder``."""
    return {"type": "sqlite", "path": str(folder / "state" / "oauth.db")}


def sign_in(base: str, login: str = "ada-fixture") -> DemoClient:
    """Sign ``login`` in over HTTP, and return a client with the access token."""
    walk = Walk(f"{base}/mcp", lambda _: None)
    for step in (walk.refused, walk.discover, walk.register, walk.consent):
        step()
    walk.sign_in(login)
    walk.exchange()
    return walk.client


def text_of(answer: requests.Response) -> str:
    """Return the text that a tool answered with."""
    assert answer.status_code == 200, answer.text
    text: str = answer.json()["result"]["content"][0]["text"]
    return text


def open_consent(client: DemoClient) -> requests.Response:
    """Return the consent page that a registered client leads to."""
    page = Browser().get(client.authorization_url("mxcp:access", client.mcp_url))
    assert page.status_code == 200, page.text
    return page
