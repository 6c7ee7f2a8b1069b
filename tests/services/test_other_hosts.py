"""The hosts of docs/deployment.md besides systemd's: a hosting platform's gunicorn, and Flask's own server."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from mxcp_flask.demo import servers
from tests.docs.blocks import blocks_of, run_by
from tests.services.test_deployment import DOCUMENT, with_stand_in
from tests.support import live
from tests.support.site import CLIENT_ID, CLIENT_SECRET

pytestmark = pytest.mark.services
FLASK, MAKE_KEY, GUNICORN = (block.text.strip() for block in run_by("tests/services/test_other_hosts.py", DOCUMENT))
PYTHON = f"{live.BIN}:/usr/bin:/bin"


@dataclass(frozen=True)
class Platform:
    """A repository as the document describes it, and the environment that it is run in."""

    folder: Path
    environ: dict[str, str]

    @property
    def base(self) -> str:
        """Return the server's base URL."""
        return self.environ["BASE_URL"]

    def sign_in_with(self, command: str) -> str:
        """Serve with ``command``, typed in the repository, sign Ada in, and return what a tool answers her."""
        typed = ["/bin/bash", "-c", f"exec {command}"]
        with live.running(typed, self.environ, self.base, self.folder.parent / "log", self.folder):
            client = live.sign_in(self.base)
            return live.text_of(client.send("tools/call", "find_plants", {"light": "shade"}))


@pytest.fixture
def platform(tmp_path: Path, url: str) -> Iterator[Platform]:
    """Return a repository with the sample project and the files that the document shows."""
    folder = tmp_path / "repository"
    made = live.run([*live.MXCP, "init", "--bootstrap", "--project", "garden", str(folder)], {"HOME": str(tmp_path)})
    assert made.returncode == 0, made.stderr
    port = servers.free_port()
    with live.stand_in(port) as provider_url:
        for block in blocks_of(DOCUMENT):
            path = block.said("save as") or ""
            if path in {"wsgi.py", "config.yml", "/srv/mxcp/mxcp-site.yml"}:
                (folder / Path(path).name).write_text(with_stand_in(block.text, provider_url))
        environ = {
            "PATH": PYTHON,
            "HOME": str(tmp_path),
            "PORT": str(port),
            "BASE_URL": f"http://{servers.HOST}:{port}",
            "DATABASE_URL": url,
            "ENCRYPTION_KEYS": made_key(),
            "GITHUB_CLIENT_ID": CLIENT_ID,
            "GITHUB_CLIENT_SECRET": CLIENT_SECRET,
            "MXCP_CONFIG": "config.yml",
        }
        yield Platform(folder, environ)


def made_key() -> str:
    """Return what the document's command for a key prints."""
    return subprocess.run(
        ["/bin/bash", "-c", MAKE_KEY], env={"PATH": PYTHON}, capture_output=True, text=True, check=True
    ).stdout.strip()


def test_a_hosting_platform(platform: Platform) -> None:
    """With nothing but environment variables, the platform's gunicorn serves people, with state in PostgreSQL."""
    assert "chervil" in platform.sign_in_with(GUNICORN)


def test_flasks_own_server(platform: Platform) -> None:
    """Flask's own server serves the same files."""
    assert "chervil" in platform.sign_in_with(FLASK.replace("8000", platform.environ["PORT"]))
