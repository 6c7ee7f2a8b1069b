"""docs/postgresql.md, followed to the letter."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from mxcp_flask.config.model import PostgresPersistence
from mxcp_flask.demo import servers
from mxcp_flask.documents import load_document
from mxcp_flask.store.postgres import address, connections
from tests.docs.blocks import ROOT, blocks_of, run_by
from tests.support import live
from tests.support.postgres import PASSWORD, USER, Postgres
from tests.support.site import Site, github_auth

pytestmark = pytest.mark.services
PAGE = ROOT / "docs" / "postgresql.md"


@pytest.fixture
def administrator(postgres: Postgres, tmp_path: Path) -> dict[str, str]:
    """Return the environment of somebody who may do everything at the server."""
    return {
        **os.environ,
        "PGHOST": servers.HOST,
        "PGPORT": str(postgres.port),
        "PGUSER": USER,
        "PGPASSWORD": PASSWORD,
        "HOME": str(tmp_path),
    }


def persistence(folder: Path) -> dict[str, object]:
    """Return the section that the page shows."""
    [block] = [block for block in blocks_of(PAGE) if block.text.startswith("persistence:")]
    path = folder / "section.yml"
    path.write_text(block.text, encoding="utf-8")
    section: dict[str, object] = load_document(path).data["persistence"]
    return section


def test_the_page_leads_to_a_server(postgres: Postgres, administrator: dict[str, str], tmp_path: Path) -> None:
    """The page's commands make a database and a key, with which its section serves; the backup is of that database."""
    printed = ""
    for block in run_by("tests/services/test_postgres_document.py", PAGE):
        ran = subprocess.run(
            ["bash", "-euc", block.text], env=administrator, cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, block.text + ran.stderr
        printed += ran.stdout
        if "openssl" in block.text:
            keys = ran.stdout.strip()
            serve(tmp_path, postgres.url("mxcp", "mxcp", "choose-another"), keys)

    assert printed.count("ALTER ROLE") == 3
    assert b"pending_authorization" in (tmp_path / "mxcp.dump").read_bytes()


def serve(folder: Path, url: str, keys: str) -> None:
    """Let ``mxcp serve`` come up with the page's section, and end it."""
    section = persistence(folder)
    port = servers.free_port()
    site = Site(folder / "site", github_auth(persistence=section))
    site.environ |= {"DATABASE_URL": url, "MXCP_KEYS": keys, "MXCP_PROJECT": str(site.project)}
    assert site.settings().auth.persistence == PostgresPersistence(url, keys)  # so the size shown is the default
    command = [*live.MXCP, "serve", "--host", servers.HOST, "--port", str(port)]
    with live.running(command, site.environ, f"http://{servers.HOST}:{port}", folder / "log"):
        pass


def test_the_page_has_the_numbers_of_the_code() -> None:
    """The seconds that the page names are those that hold."""
    text = " ".join(PAGE.read_text(encoding="utf-8").split())
    assert f"at most {connections.PATIENCE:g} seconds for a connection of its process" in text
    assert f"{address.CONNECT_TIMEOUT} for a new one" in text
    assert f"{address.LOCK_TIMEOUT} for a row" in text
    assert f"{address.STATEMENT_TIMEOUT} for a statement" in text
    assert f"statement_timeout = '{address.STATEMENT_TIMEOUT}s'" in text
    assert f"lock_timeout = '{address.LOCK_TIMEOUT}s'" in text
