"""The user functions answer with the session's own identity, wherever they stand."""

from __future__ import annotations

import pytest

from mxcp_flask.engine import Database, Session
from mxcp_flask.records import Identity
from tests.engine.conftest import ANN, BOB

FUNCTIONS = (
    "SELECT get_username(), get_user_provider(), get_user_email(), get_user_external_token(), "
    "get_user_instance_url(), get_user_sites()"
)

AWKWARD = [
    "it's",
    "''",
    'say "hi"',
    "back\\slash\\'",
    "a\x00b",
    "line\nbreak\ttab",
    "$x $1 ? %s {} ::int --",
    "'; DROP TABLE orders; --",
    "$$ $tag$",
    "日本語 Ünïcödé 😀",
    "x" * 10_000,
]


def test_every_function_answers(ann: Session) -> None:
    """Each of the functions returns its part of the identity."""
    parts = (ANN.username, ANN.provider, ANN.email, ANN.external_token, ANN.instance_url, ANN.sites)
    assert ann.run(FUNCTIONS, {}).rows == [parts]


def test_sites_are_json(database: Database) -> None:
    """SQL can take the sites apart."""
    sites = '[{"id": "1111", "name": "ours", "url": "https://ours.example"}]'
    with database.session(Identity("ann", sites=sites)) as session:
        assert session.run("SELECT get_user_sites()->0->>'url'", {}).rows == [("https://ours.example",)]


def test_nobody_is_empty(session: Session) -> None:
    """The functions are defined for nobody too, and return empty strings."""
    assert session.run(FUNCTIONS, {}).rows == [("",) * 6]


@pytest.mark.parametrize("value", AWKWARD)
def test_values_survive(database: Database, value: str) -> None:
    """No character of a value is taken for SQL or lost."""
    with database.session(Identity(value, value, value, value, value, value)) as session:
        assert session.run(FUNCTIONS, {}).rows == [(value,) * 6]


def test_lone_surrogate_is_spelled(database: Database) -> None:
    """A character that UTF-8 cannot carry does not break the session."""
    with database.session(Identity("a\ud800")) as session:
        assert session.run("SELECT get_username()", {}).rows == [("a\\ud800",)]


def test_in_where_and_insert_select(ann: Session, bob: Session) -> None:
    """The functions work in WHERE and in INSERT ... SELECT."""
    ann.run("CREATE TABLE notes (owner VARCHAR, note VARCHAR)", {})
    ann.run("INSERT INTO notes SELECT get_username(), $note", {"note": "hers"})
    bob.run("INSERT INTO notes SELECT get_username(), $note", {"note": "his"})

    mine = "SELECT note FROM notes WHERE owner = get_username()"
    assert (ann.run(mine, {}).rows, bob.run(mine, {}).rows) == ([("hers",)], [("his",)])


@pytest.mark.parametrize(
    ("definition", "query"),
    [
        ("CREATE VIEW who AS SELECT get_username() AS name", "SELECT name FROM who"),
        (
            "CREATE VIEW who AS SELECT 1 AS one WHERE get_username() = 'ann'",
            "SELECT if(count(*) = 1, 'ann', 'bob') FROM who",
        ),
        ("CREATE MACRO who() AS get_username()", "SELECT who()"),
        ("CREATE MACRO who() AS TABLE SELECT get_username() AS name", "SELECT name FROM who()"),
        ("CREATE SCHEMA s; CREATE VIEW s.who AS SELECT get_username() AS name", "SELECT name FROM s.who"),
        (
            "CREATE TABLE who (name VARCHAR DEFAULT get_username(), n INTEGER)",
            "INSERT INTO who (n) VALUES (1) RETURNING name",
        ),
    ],
)
def test_in_what_is_stored(ann: Session, bob: Session, definition: str, query: str) -> None:
    """What one person stored in the database runs as whoever uses it."""
    ann.run(definition, {})

    assert (ann.run(query, {}).rows, bob.run(query, {}).rows) == ([("ann",)], [("bob",)])


def test_stored_view_after_reopening(database: Database) -> None:
    """A stored view that calls a user function works in a database that is opened anew."""
    with database.session(ANN) as session:
        session.run("CREATE VIEW who AS SELECT get_username() AS name", {})
    database.close()

    with database.session(BOB) as session:
        assert session.run("FROM who", {}).rows == [("bob",)]


@pytest.mark.parametrize("call", ["get_username()", "main.get_username()"])
def test_stored_macro_of_the_same_name_loses(ann: Session, database: Database, call: str) -> None:
    """Nobody can put a macro into the database that other people's sessions take for the user function."""
    ann.run(f"CREATE VIEW who AS SELECT {call} AS name", {})
    ann.run_single("CREATE OR REPLACE MACRO shop.main.get_username() AS 'mallory'")

    with database.session(BOB) as bob:
        assert bob.run(f"SELECT {call}, name FROM who", {}).rows == [("bob", "bob")]


def test_temporary_macro_stays_in_its_session(ann: Session, bob: Session) -> None:
    """Redefining a user function changes nothing for anybody else."""
    ann.run_single("CREATE OR REPLACE TEMP MACRO get_username() AS 'mallory'")

    assert bob.run("SELECT get_username()", {}).rows == [("bob",)]
