"""docs/persistence.md: its commands work in their order, and what it says of the code is so."""

from __future__ import annotations

import base64
import os
import re
import subprocess
import sys
from pathlib import Path

from mxcp_flask.store import faults, opening, room
from mxcp_flask.store.migrations import SCHEMA_VERSION
from tests.docs.blocks import ROOT, run_by
from tests.support import live
from tests.support.site import Site, github_auth

DOCUMENT = ROOT / "docs/persistence.md"
TEXT = " ".join(DOCUMENT.read_text(encoding="utf-8").split())


def test_commands(tmp_path: Path) -> None:
    """Each command ends well, one after the other, with the folders of the page in a folder of the test."""
    folders = {"/var/backups/mxcp": tmp_path / "backups", "/var/lib/mxcp": tmp_path / "state"}
    for folder in folders.values():
        folder.mkdir()
    site = Site(tmp_path / "site", github_auth(persistence=live.sqlite(tmp_path)))
    site.app().extensions["mxcp"].oauth.store.close()
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environ = live.clean({**site.environ, "MXCP_PROJECT": str(site.project), "PATH": path})
    said = []
    for block in run_by("tests/docs/test_persistence.py", DOCUMENT):
        script = block.text
        for name, folder in folders.items():
            script = script.replace(name, str(folder))
        ran = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script], env=environ, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, ran.stderr
        said.append(ran.stdout)

    key, backup, restore = said
    assert len(base64.b64decode(key.partition(":")[2])) == 32
    assert "checked" in backup
    assert "All grants are ended." in restore


def test_figures() -> None:
    """The room that is kept free, the time that a request waits and the schema are those of the code."""
    assert f"the last {room.TO_GROW // 1024} KB" in TEXT
    assert f"the last {room.TO_WRITE // 1024} KB" in TEXT
    assert f"A request waits {opening.BUSY_TIMEOUT:g} seconds" in TEXT
    assert f"its schema was {SCHEMA_VERSION} and is" in TEXT


def test_messages() -> None:
    """Whatever has an advice in the log has one on the page."""
    rows = " ".join(re.findall(r"^\| (.*?) \|", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE))

    assert [part for part, _ in faults.ADVICE if part not in rows and part != "is full"] == []
    assert "its disk is full" in rows
