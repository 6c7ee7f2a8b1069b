"""Running SQL: parameters, results, transactions and errors."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import Any

import pytest

from mxcp_flask.engine import Database, DatabaseSettings, Rows, Session
from mxcp_flask.errors import SqlFailed
from mxcp_flask.records import Identity
from tests.engine.conftest import ANN, OpenDatabase

JWT = "eyJ" + "".join(chr(ord("a") + (i * i + i // 7) % 26) for i in range(2_000))  # Atlassian's are that long


def count(session: Session) -> int:
    """Return how many rows the table t has."""
    return int(session.run("SELECT count(*) FROM t", {}).rows[0][0])


def test_rows(session: Session) -> None:
    """A result has the columns' names and the rows as tuples."""
    assert session.run("SELECT 1 AS a, 'x' AS b UNION ALL SELECT 2, NULL", {}) == Rows(
        ("a", "b"), [(1, "x"), (2, None)]
    )


@pytest.mark.parametrize(
    ("sql", "parameters", "expected"),
    [
        ("SELECT $a + $b", {"a": 1, "b": 2}, 3),
        ("SELECT $a", {"a": 1, "unused": 2}, 1),
        ("SELECT 1", {"unused": 2}, 1),
        ("SELECT $Name", {"name": "x"}, "x"),
        ("SELECT $a", {"a": None}, None),
        ("SELECT $a", {"a": [1, 2]}, [1, 2]),
        ("SELECT $a.k", {"a": {"k": "v"}}, "v"),
        ("SELECT '$b' || $a -- $c", {"a": "x"}, "$bx"),
        ("SELECT $a; SELECT $b", {"a": 1, "b": 2}, 2),
        ("SELECT $a", {"a": 2**63}, 2**63),
        ("SELECT $a", {"a": 2**127 - 1}, 2**127 - 1),
        ("SELECT $a", {"a": -(2**127)}, -(2**127)),
        ("SELECT $a", {"a": [1, 2**64 + 1]}, [1, 2**64 + 1]),
        ("SELECT $a.k[1]", {"a": {"k": [-(2**63) - 1]}}, -(2**63) - 1),
    ],
)
def test_parameters(session: Session, sql: str, parameters: dict[str, Any], expected: Any) -> None:
    """Each statement gets the parameters that it names, and no others."""
    assert session.run(sql, parameters).rows == [(expected,)]


def test_missing_parameters(session: Session) -> None:
    """All missing parameters are named, before anything runs."""
    session.run("CREATE TABLE t (a INTEGER)", {})

    with pytest.raises(SqlFailed, match=r"not given: \$a, \$b\."):
        session.run("INSERT INTO t VALUES (1); SELECT $b, $a", {"c": 1})
    assert count(session) == 0


def test_missing_positional_parameter(session: Session) -> None:
    """A question mark is a parameter that nothing can fill."""
    with pytest.raises(SqlFailed, match=r"not given: \$1\."):
        session.run_single("SELECT ?")


def test_insert_tells_its_count(session: Session) -> None:
    """A statement without a result set returns DuckDB's own count."""
    session.run("CREATE TABLE t (a INTEGER)", {})

    assert session.run("INSERT INTO t VALUES (1), (2)", {}) == Rows(("Count",), [(2,)])


def test_several_statements_are_one_transaction(session: Session) -> None:
    """When the last of several statements fails, the first ones leave nothing."""
    session.run("CREATE TABLE t (a INTEGER)", {})

    with pytest.raises(SqlFailed):
        session.run("INSERT INTO t VALUES (1); INSERT INTO t VALUES ('x')", {})
    assert count(session) == 0
    session.run("INSERT INTO t VALUES (1); INSERT INTO t VALUES (2)", {})
    assert count(session) == 2


def test_a_failing_result_leaves_nothing(session: Session) -> None:
    """An error while the result is read rolls the statements back too."""
    session.run("CREATE TABLE t (a INTEGER)", {})

    with pytest.raises(SqlFailed, match="too large"):
        session.run("INSERT INTO t VALUES (1); SELECT INTERVAL '10000000 years'", {})
    assert count(session) == 0


def test_own_transaction_control(session: Session) -> None:
    """SQL that controls transactions itself is left alone, and rolled back when it fails."""
    session.run("CREATE TABLE t (a INTEGER)", {})

    session.run("BEGIN; INSERT INTO t VALUES (1); COMMIT; INSERT INTO t VALUES (2)", {})
    with pytest.raises(SqlFailed):
        session.run("BEGIN; INSERT INTO t VALUES (3); INSERT INTO t VALUES ('x'); COMMIT", {})
    assert count(session) == 2


def test_open_transaction_ends_with_the_session(database: Database) -> None:
    """A transaction that was never committed is not seen by the next session."""
    with database.session(ANN) as session:
        session.run("CREATE TABLE t (a INTEGER)", {})
        session.run("BEGIN; INSERT INTO t VALUES (1)", {})

    with database.session(ANN) as session:
        assert count(session) == 0


def test_temporary_objects_end_with_the_session(database: Database) -> None:
    """Temporary tables and variables of a session are not seen by another one."""
    with database.session(ANN) as session:
        session.run("CREATE TEMP TABLE mine AS SELECT 1; SET VARIABLE v = 1", {})
        with database.session(ANN) as other:
            assert other.run("SELECT getvariable('v')", {}).rows == [(None,)]
            with pytest.raises(SqlFailed, match="mine does not exist"):
                other.run("FROM mine", {})


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("SELEC 1", "syntax error"),
        ("SELECT nosuch FROM (SELECT 1 AS a)", '"nosuch" not found'),
        ("SELECT * FROM nowhere", "nowhere does not exist"),
        ("SELECT 'x'::INTEGER", "Could not convert string 'x'"),
        ("SELECT error('boom {x}')", "boom {x}"),
        ("", "holds no statement"),
        (" ; -- nothing", "holds no statement"),
        ("SELECT '\ud800'", "not valid Unicode"),
    ],
)
def test_errors_say_why(session: Session, sql: str, reason: str) -> None:
    """A failure carries DuckDB's own words, and the session goes on."""
    with pytest.raises(SqlFailed) as caught:
        session.run(sql, {})

    assert reason in str(caught.value)
    assert session.run("SELECT 1", {}).rows == [(1,)]


def test_time_zones(session: Session) -> None:
    """A TIMESTAMP WITH TIME ZONE, which now() is, comes as an aware datetime."""
    rows = session.run("SELECT now()", {}).rows

    assert rows[0][0].tzinfo is not None


@pytest.mark.parametrize("value", [10**50, [-(10**50)], "\ud800", object(), {1, 2}])
def test_unusable_parameter(session: Session, value: object) -> None:
    """A value that DuckDB cannot take is a failure of the SQL, not of the server."""
    with pytest.raises(SqlFailed):
        session.run("SELECT $a", {"a": value})


def test_reason_is_bounded(session: Session) -> None:
    """A failed conversion of a huge value gives no huge message."""
    with pytest.raises(SqlFailed) as caught:
        session.run("SELECT $a::INTEGER", {"a": "x" * 1_000_000})

    assert len(str(caught.value)) <= 4_000


@pytest.mark.parametrize("token", [ANN.external_token, JWT, 'it\'s a "token" \\ $x {} %s \x00 end'])
@pytest.mark.parametrize(
    "expression",
    [
        "get_user_external_token()::INTEGER",
        "get_user_external_token()::JSON",
        "json_transform('{}', get_user_external_token())",
        "error('value: ' || get_user_external_token())",
        "strptime(get_user_external_token(), '%Y')",
        "(get_user_external_token() || 'x')::BOOLEAN",
        "get_user_external_token().field",
        "nextval(get_user_external_token())",
        "current_setting(get_user_external_token())",
        "regexp_matches('a', get_user_external_token() || '(')",
        "error(left(get_user_external_token(), 20) || '...')",
    ],
)
def test_errors_never_hold_the_token(database: Database, token: str, expression: str) -> None:
    """Neither the message nor the traceback nor a chained error shows the token or a piece of it."""
    with database.session(Identity("ann", external_token=token)) as session, pytest.raises(SqlFailed) as caught:
        session.run(f"SELECT {expression}", {})

    report = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + repr(vars(caught.value))
    pieces = {token[i : i + 8] for i in range(len(token) - 7)}
    assert not [piece for piece in pieces if piece in report]
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)


def test_repr_of_a_session_holds_no_token(ann: Session) -> None:
    """A log that shows the session does not show the token."""
    assert ANN.external_token not in repr(ann)


def test_no_more_is_taken_than_will_be_shown(open_database: OpenDatabase, path: Path) -> None:
    """Rows beyond the bytes of a result must not be taken into memory, however many may be shown."""
    database = open_database(DatabaseSettings(path, max_bytes=1_000_000))
    with database.session(ANN) as session:
        large = session.run_single("SELECT repeat('x', 20000) FROM range(5000)")
        small = session.run_single("SELECT repeat('x', 20000) FROM range(100)")

    assert (len(large.rows), large.cut) == (100, True)
    assert (len(small.rows), small.cut) == (100, False)
