"""``mxcp query``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Mxcp
from tests.support.site import Site


def test_rows_are_a_table(mxcp: Mxcp) -> None:
    """Rows must be printed under the names of their columns, with their count."""
    result = mxcp("query", "SELECT 1 AS a, NULL AS b, [1, 2] AS c, DATE '2026-07-28' AS d")

    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "a  b     c       d",
        "-  ----  ------  ----------",
        "1  NULL  [1, 2]  2026-07-28",
        "(1 row)",
    ]


def test_a_statement_without_a_result(mxcp: Mxcp) -> None:
    """What has no result must say that it is done, and what changes rows how many."""
    assert mxcp("query", "CREATE TABLE made (a INTEGER)").stdout == "Done, no rows.\n"
    assert mxcp("query", "INSERT INTO made VALUES (7), (8)").stdout == "Count\n-----\n2\n(1 row)\n"
    assert mxcp("query", "SELECT a FROM made WHERE a > 9").stdout.endswith("(0 rows)\n")


def test_rows_are_json(mxcp: Mxcp) -> None:
    """--json-output must print all rows as objects, values as in the tools' results."""
    result = mxcp("query", "--json-output", "SELECT i, 1.5::DECIMAL(4, 1) AS x FROM range(150) AS t(i)")

    assert result.exit_code == 0
    answer = json.loads(result.stdout)
    assert answer["status"] == "ok"
    assert len(answer["result"]) == 150
    assert answer["result"][3] == {"i": 3, "x": 1.5}


def test_sql_comes_from_a_file(mxcp: Mxcp, tmp_path: Path) -> None:
    """--file must run all statements of a file, and print what the last one returns."""
    file = tmp_path / "made.sql"
    file.write_text("CREATE TABLE made (a INTEGER);\nINSERT INTO made VALUES (7);\nSELECT a FROM made;\n")

    assert mxcp("query", "--file", str(file)).stdout == "a\n-\n7\n(1 row)\n"
    assert mxcp("query", "SELECT count(*) AS n FROM made").stdout == "n\n-\n1\n(1 row)\n"


def test_parameters_are_given(mxcp: Mxcp, tmp_path: Path) -> None:
    """-p must give a text, or the JSON in a file, to the parameter of that name."""
    file = tmp_path / "ids.json"
    file.write_text("[1, 3]")
    sql = "SELECT i, $name AS name FROM range(5) AS t(i) WHERE list_contains($ids, i)"

    result = mxcp("query", sql, "-p", "name=a=b", "-p", f"ids=@{file}", "--json-output")

    assert json.loads(result.stdout)["result"] == [{"i": 1, "name": "a=b"}, {"i": 3, "name": "a=b"}]


def test_the_user_functions_are_fed(mxcp: Mxcp) -> None:
    """--user-context must say who the SQL runs as."""
    sql = "SELECT get_username() || '@' || get_user_provider() AS me"

    assert "\nada@cli\n" in mxcp("query", sql, "-u", '{"username": "ada"}').stdout
    assert "\n@\n" in mxcp("query", sql).stdout


def test_read_only_does_not_write(mxcp: Mxcp) -> None:
    """--readonly must refuse to change data, and leave what is there readable."""
    mxcp("query", "CREATE TABLE made AS SELECT 1 AS a")

    refused = mxcp("query", "--readonly", "DELETE FROM made")

    assert refused.exit_code == 1
    assert "read-only" in refused.stderr
    assert mxcp("query", "--readonly", "SELECT * FROM made").exit_code == 0


def test_the_sandbox_is_closed(mxcp: Mxcp, site: Site) -> None:
    """SQL of the operator must not read files that the endpoints' SQL cannot read."""
    result = mxcp("query", f"SELECT * FROM read_text('{site.config}')")

    assert result.exit_code == 1
    assert str(site.config) not in result.stdout


def test_a_failure_is_one_message(mxcp: Mxcp) -> None:
    """SQL that fails must be DuckDB's reason and exit code 1, as text and as JSON."""
    text, as_json = mxcp("query", "SELECT nope"), mxcp("query", "SELECT nope", "--json-output")

    assert (text.exit_code, text.stdout) == (1, "")
    assert "nope" in text.stderr
    assert as_json.exit_code == 1
    answer = json.loads(as_json.stdout)
    assert answer.keys() == {"status", "error"}
    assert "nope" in answer["error"]


def test_debug_tells_where_it_failed(mxcp: Mxcp) -> None:
    """--debug must add the error's type and traceback to the JSON."""
    answer = json.loads(mxcp("query", "SELECT nope", "--json-output", "--debug").stdout)

    assert answer["type"] == "SqlFailed"
    assert "session.py" in answer["traceback"]


@pytest.mark.parametrize("arguments", [[], ["SELECT 1", "--file", "x.sql"], ["SELECT $a", "-p", "a"]])
def test_wrong_usage(mxcp: Mxcp, arguments: list[str]) -> None:
    """Neither or both of SQL and --file, and a parameter without a value, must be exit code 2."""
    assert mxcp("query", *arguments).exit_code == 2


@pytest.mark.parametrize("data", [None, b"\xff\xfe"])
def test_a_file_that_cannot_be_read_is_named(mxcp: Mxcp, tmp_path: Path, data: bytes | None) -> None:
    """A missing file, and one that is no text, must be named."""
    file = tmp_path / "x.sql"
    if data:
        file.write_bytes(data)

    result = mxcp("query", "--file", str(file))

    assert result.exit_code == 1
    assert result.stderr.startswith(f"Error: Cannot read {file}: ")


def test_a_missing_parameter_is_named(mxcp: Mxcp) -> None:
    """SQL with a parameter that was not given must say which."""
    result = mxcp("query", "SELECT $who")

    assert result.exit_code == 1
    assert "$who" in result.stderr


def test_paths_in_sql_start_at_the_project(mxcp: Mxcp, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """From any folder of the project SQL must find the project's files by the same names."""
    site.write("data/numbers.csv", "a\n7\n")
    monkeypatch.chdir(site.project / "tools")

    result = mxcp("query", "SELECT a FROM read_csv('data/numbers.csv')", "--json-output", MXCP_PROJECT=None)

    assert json.loads(result.stdout)["result"] == [{"a": 7}]
    assert Path.cwd() == site.project / "tools"


@pytest.mark.parametrize("flags", [[], ["--debug"], ["--json-output", "--debug"]])
def test_a_token_is_not_shown(mxcp: Mxcp, tmp_path: Path, flags: list[str]) -> None:
    """A provider's token from a file must reach the SQL, but no error text and no log line."""
    file = tmp_path / "ada.json"
    file.write_text('{"username": "ada", "token": "gho_secret"}')
    sql = "SELECT CAST(get_user_external_token() AS INTEGER)"

    failed = mxcp("query", sql, "-u", f"@{file}", *flags)

    assert mxcp("query", "SELECT length(get_user_external_token())", "-u", f"@{file}").stdout.splitlines()[2] == "10"
    assert failed.exit_code == 1
    assert "gho_secret" not in failed.output
