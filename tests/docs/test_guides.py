"""The pages of docs/ agree with each other and with the code: links, configuration, messages, SQL."""

from __future__ import annotations

import json
import re
from contextlib import closing
from pathlib import Path

import pytest
import yaml

from mxcp_flask.config import load_settings
from mxcp_flask.engine import Database, DatabaseSettings, inspect_sql
from mxcp_flask.oauth.client_document import client_of
from mxcp_flask.outbound import Fetched
from mxcp_flask.records import Identity
from mxcp_flask.web.connecting import ways_to_connect
from tests.docs.blocks import DOCUMENTS, ROOT, Block, blocks_of
from tests.outbound.server import http_answer, serve
from tests.support.site import CLIENT_ID, CLIENT_SECRET, Site

DOCS = ROOT / "docs"
BLOCKS = [block for document in DOCUMENTS for block in blocks_of(document)]
USER_FILES = [block for block in BLOCKS if block.text.startswith("# ~/.mxcp/config.yml\nmxcp: 1\nprojects:")]
SECTIONS = [block for block in BLOCKS if block.text.startswith("# in the profile's auth section\n")]
STATEMENTS = [block for block in BLOCKS if block.language == "sql" and block.document.parent.name != "reference"]
NAMES = {"ORDERS_APP_SECRET"} | {
    f"{name}_CLIENT_{kind}" for name in ("GITHUB", "ATLASSIAN", "SALESFORCE") for kind in ("ID", "SECRET")
}
SOURCES = [*(ROOT / "mxcp_flask").rglob("*.py")]


def anchors(document: Path) -> set[str]:
    """Return what links may name in ``document``: its headings, as GitHub spells them."""
    headings = re.findall(r"^#+ (.*)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(document: Path) -> None:
    """A link within the project names a file that is there, and a heading of it."""
    for target in re.findall(r"\]\((?!https?:)([^)\s]+)\)", document.read_text(encoding="utf-8")):
        path, _, heading = target.partition("#")
        found = (document.parent / path).resolve() if path else document
        assert found.exists(), target
        assert not heading or heading in anchors(found), target


def test_index_has_every_page() -> None:
    """docs/README.md leads to each page."""
    linked = {(DOCS / target).resolve() for target in re.findall(r"\]\(([^)#]+)", (DOCS / "README.md").read_text())}

    assert {page.resolve() for page in DOCS.rglob("*.md")} - linked == {DOCS / "README.md"}


@pytest.mark.parametrize("block", USER_FILES, ids=lambda block: block.place)
def test_user_files_load(block: Block, tmp_path: Path) -> None:
    """A whole user file on a page is understood."""
    (tmp_path / "mxcp-site.yml").write_text("mxcp: 1\nproject: shop\nprofile: default\n")
    (tmp_path / "config.yml").write_text(block.text)
    environ = {"MXCP_CONFIG": str(tmp_path / "config.yml"), "HOME": str(tmp_path), **dict.fromkeys(NAMES, "x")}

    assert load_settings(tmp_path, environ).auth.settings is not None


@pytest.mark.parametrize("block", SECTIONS, ids=lambda block: block.place)
def test_sections_load(block: Block, site: Site) -> None:
    """Part of an auth section on a page is understood."""
    github = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    site.configure({"provider": "github", "github": github, **yaml.safe_load(block.text)})

    assert load_settings(site.project, {**site.environ, **dict.fromkeys(NAMES, "x")}).auth.provider == "github"


@pytest.mark.parametrize("block", STATEMENTS, ids=lambda block: block.place)
def test_sql_is_sql(block: Block) -> None:
    """Statements on a page are DuckDB's SQL."""
    assert inspect_sql(block.text).statements


def test_client_document_is_one() -> None:
    """The metadata document on the page about clients describes a client that the server takes."""
    [block] = [block for block in blocks_of(DOCS / "clients.md") if block.language == "json"]
    answer = Fetched(200, {"Content-Type": "application/json"}, block.text.encode())

    assert client_of("https://app.example.com/client.json", answer, 0).name == "Orders"


def test_clients_are_those_of_the_landing_page() -> None:
    """The page about clients gives the command that the landing page gives, and knows the same applications."""
    text = (DOCS / "clients.md").read_text(encoding="utf-8")
    ways = ways_to_connect("shop", "https://mcp.example.com/mcp", needs_sign_in=True)

    assert [way.name for way in ways if way.name not in text] == []
    assert ways[0].text in text


HTTP = [block for block in STATEMENTS if "https://api." in block.text or "get_user_instance_url()" in block.text]


@pytest.mark.parametrize("block", HTTP, ids=lambda block: block.place)
def test_sql_over_http_reads(block: Block, tmp_path: Path) -> None:
    """What pages read from a provider's API reads the rows of an answer of that form, with the person's token."""
    entry = {"id": "4711", "name": "telescope", "private": True}
    listed = "unnest" not in block.text
    body = json.dumps([entry] if listed else {"values": [entry], "records": [entry]}).encode()
    with (
        closing(Database(DatabaseSettings(tmp_path / "x.duckdb"))) as database,
        serve(http_answer(body), None) as server,
    ):
        base = f"http://127.0.0.1:{server.port}"
        sites = '[{"id": "site-1", "name": "Site", "url": "https://site.example"}]'
        person = Identity(username="ada", external_token="her-token", instance_url=base, sites=sites)
        sql = re.sub(r"https://api\.[a-z]+\.com", base, block.text)
        with database.session(person) as session:
            rows = session.run(sql, {})

    assert "telescope" in rows.rows[0]
    assert "authorization: Bearer her-token" in server.requests[0]


def said() -> list[str]:
    """Return the messages and log lines that the page on troubleshooting quotes, cut where they vary."""
    text = (DOCS / "troubleshooting.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (?!message|page|answer|line|---)(.*) \|$", text, re.MULTILINE)
    quoted = [each for row in rows for cell in row.split(" | ")[:-1] for each in re.findall(r"`([^`]+)`", cell)]
    return sorted({part.strip(" ,") for each in quoted for part in each.split("…") if len(part.strip(" ,")) > 8})


@pytest.mark.parametrize("part", said())
def test_messages_are_the_code_s(part: str) -> None:
    """What the page says that one sees is what the code says."""
    if part in {"get_user_sites()", "Authorization: Bearer"}:
        return
    texts = (" ".join(path.read_text(encoding="utf-8").replace("{{", "{").split()) for path in SOURCES)

    assert any(part in text for text in texts)
