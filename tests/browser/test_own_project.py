"""``mxcp demo FOLDER`` and ``mxcp auth login``, with the browser that a newcomer has."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mxcp_flask.demo import servers
from mxcp_flask.demo.browser import query_of
from tests.browser.people import Person
from tests.browser.windows import Window, origin_of
from tests.support import live

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


def test_the_first_sign_in(chromium: Browser, tmp_path: Path) -> None:
    """From the sample project to Ada's own notes, through both pages, the browser has nothing to complain about."""
    environ = {"HOME": str(tmp_path), "TMPDIR": str(tmp_path)}
    assert live.run([*live.MXCP, "init", "--bootstrap", "garden"], environ, tmp_path).returncode == 0
    port, garden = servers.free_port(), tmp_path / "garden"
    base = f"http://localhost:{port}"

    with live.running([*live.MXCP, "demo", ".", "--port", str(port)], environ, base, tmp_path / "log", garden):
        there = live.clean({**environ, "MXCP_URL": f"{base}/mcp"})
        sign_in(chromium, there, base, stand_in(tmp_path))
        called = live.run([*live.MXCP, "call", "my_notes"], there, garden)

    assert [note["plant"] for note in json.loads(called.stdout)] == ["sunflower", "basil"]


def stand_in(folder: Path) -> str:
    """Return where the stand-in is, by the configuration that the demo wrote below ``folder``."""
    (config,) = folder.glob("mxcp-demo-*/config.yml")
    url: str = json.loads(config.read_text())["projects"]["garden"]["profiles"]["default"]["auth"]["github"]["api_url"]
    return url


def sign_in(chromium: Browser, environ: dict[str, str], base: str, stand_in: str) -> None:
    """Run ``mxcp auth login``, and go where it says."""
    command = [*live.MXCP, "auth", "login", "--no-browser"]
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as login:
        assert login.stderr
        address = next(line.strip() for line in login.stderr if "/authorize?" in line)
        own = [base, stand_in, origin_of(query_of(address)["redirect_uri"])]
        window = Window(chromium, own)
        ada = Person(window)
        ada.open(address)
        assert "mxcp (command line)" in ada.heading()
        ada.allow()
        ada.sign_in_there()
        assert ada.heading() == "Back to the terminal"
        window.context.close()
        assert login.wait(live.SECONDS) == 0
    assert list(window.complaints()) == []
