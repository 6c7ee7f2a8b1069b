"""The rewriting of readers' calls, as text."""

from __future__ import annotations

import pytest

from mxcp_flask.engine import SqlFacts, inspect_sql
from mxcp_flask.engine.readers import with_fetches
from mxcp_flask.errors import SqlFailed

UNCHANGED = [
    "FROM read_csv('a.csv')",
    "FROM read_csv(['https://a.test', 'b'])",
    "FROM read_json_auto('https://a.test'",
    "FROM read_json_auto()",
    "SELECT read_json_auto FROM t",
    "SELECT 'read_text(''https://a.test'')'",
    "/* read_text('https://a.test') */ SELECT 1",
    "SELECT $$read_text('https://a.test')$$",
]


@pytest.mark.parametrize("sql", UNCHANGED)
def test_what_names_no_url_stays(sql: str) -> None:
    """Local files, lists, strings, comments and half calls must stay as they were written."""
    assert with_fetches(sql) == sql


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("FROM read_text('https://a.test')", "FROM read_text(mxcp_fetch('https://a.test', NULL))"),
        ('FROM "Read_Text"($u)', 'FROM "Read_Text"(mxcp_fetch($u, NULL))'),
        ("FROM read_csv('é', headers = h, sep = ';')", "FROM read_csv(mxcp_fetch('é', h), sep = ';')"),
        (
            "FROM read_csv('x', sep = ';', headers := f(1, 2))",
            "FROM read_csv(mxcp_fetch('x', f(1, 2)), sep = ';')",
        ),
        ("FROM read_csv('x', headers => MAP {'a': [1]})", "FROM read_csv(mxcp_fetch('x', MAP {'a': [1]}))"),
        (
            "FROM read_csv(/* a */ 'x' /* b */, -- c\n headers = h)",
            "FROM read_csv(/* a */ mxcp_fetch('x', h) /* b */)",
        ),
        (
            "FROM read_csv('x' || (FROM read_text('https://a.test')))",
            "FROM read_csv(mxcp_fetch('x' || (FROM read_text(mxcp_fetch('https://a.test', NULL))), NULL))",
        ),
        (
            "FROM read_csv('x', headers = f(read_text('https://a.test'), 'é) UNION --'))",
            "FROM read_csv(mxcp_fetch('x', f(read_text(mxcp_fetch('https://a.test', NULL)), 'é) UNION --')))",
        ),
        (
            "FROM read_csv('x', headers = read_text('y', headers /* long */ = h)), 'é.csv'",
            "FROM read_csv(mxcp_fetch('x', read_text(mxcp_fetch('y', h)))), 'é.csv'",
        ),
    ],
)
def test_a_url_and_its_headers_go_into_a_call_of_ours(sql: str, expected: str) -> None:
    """Every spelling of the argument must be taken out, and the rest must stay where it is."""
    assert with_fetches(sql) == expected.replace("mxcp_fetch(", "system.main.mxcp_fetch(")


def test_facts_of_sql() -> None:
    """Parameters must be named once and in order, statements counted, and headers understood."""
    facts = inspect_sql("SELECT $b, $a; FROM read_text('https://' || $a, headers = MAP {'x': $c})")

    assert facts == SqlFacts(("a", "b", "c"), 2)


def test_what_is_no_sql_fails_with_the_reason() -> None:
    """The error must be DuckDB's own words."""
    with pytest.raises(SqlFailed, match="syntax error"):
        inspect_sql("SELEC 1")
