"""Running endpoints for the operator."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from mxcp_flask.cli.running import Runner, find
from mxcp_flask.documents import Fault
from mxcp_flask.endpoints.catalogue import Catalogue
from mxcp_flask.endpoints.model import Found, Kind, Tool
from mxcp_flask.endpoints.sql_tools import SQL_TOOLS
from mxcp_flask.engine import Database, DatabaseSettings
from mxcp_flask.errors import (
    AnswerInvalid,
    ArgumentsInvalid,
    EndpointBroken,
    EndpointUnknown,
    ResultMismatch,
    SqlFailed,
)
from mxcp_flask.records import ANONYMOUS, Identity
from tests.cli.catalogue import ASKING, BOOK, CATALOGUE, CONTENT, LETTER, SHELF, greet

ADA = Identity("ada", "cli")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Return an empty database."""
    with closing(Database(DatabaseSettings(path=tmp_path / "x.duckdb", max_rows=5))) as opened:
        yield opened


@pytest.fixture
def runner(database: Database) -> Runner:
    """Return what runs endpoints on it."""
    return Runner(database)


@pytest.mark.parametrize(
    ("kind", "name", "endpoint", "arguments"),
    [
        ("tool", "page", CONTENT, {}),
        ("prompt", "letter", LETTER, {}),
        ("resource", "lib://shelf", SHELF, {}),
        ("resource", "lib://books/{id}", BOOK, {}),
        ("resource", "lib://books/4", BOOK, {"id": "4"}),
    ],
)
def test_an_endpoint_is_found(kind: Kind, name: str, endpoint: Any, arguments: dict[str, str]) -> None:
    """Names, URIs, URI templates and URIs that fit a template must lead to their endpoint."""
    assert find(CATALOGUE, kind, name) == (endpoint, arguments)


@pytest.mark.parametrize(
    ("kind", "name", "known"),
    [("tool", "letter", "greet, page, asking"), ("resource", "lib://books", "lib://shelf"), ("prompt", "x", "letter")],
)
def test_what_is_not_there_is_told_with_what_is(kind: Kind, name: str, known: str) -> None:
    """An unknown name must be answered with those of its kind."""
    with pytest.raises(EndpointUnknown, match=known):
        find(CATALOGUE, kind, name)


def test_many_known_names_are_not_all_told() -> None:
    """More than ten names must be counted rather than listed."""
    catalogue = Catalogue(tools={f"t{number:02}": greet() for number in range(12)})

    with pytest.raises(EndpointUnknown, match="t09, and 2 more"):
        find(catalogue, "tool", "x")


def test_a_broken_file_is_told() -> None:
    """An endpoint that is declared, but cannot be loaded or is switched off, must say so."""
    path = Path("b.yml")
    fault = Fault(path, 3, "tool.return", "is odd")
    broken = Catalogue(tools={}, found=(Found(path, "tool", "b"), Found(path, "tool", "off", False)), faults=(fault,))

    with pytest.raises(EndpointBroken, match=r"b\.yml:3: tool\.return: is odd"):
        find(broken, "tool", "b")
    with pytest.raises(EndpointBroken, match="enabled: false"):
        find(broken, "tool", "off")
    with pytest.raises(EndpointUnknown, match="mxcp validate shows 1 that cannot be loaded"):
        find(broken, "tool", "c")


def test_a_tool_runs_as_somebody(runner: Runner) -> None:
    """The user functions must tell who was given."""
    assert runner.run(greet(), {"name": "x"}, ADA).value == [{"who": "ada@cli", "name": "x"}]
    assert runner.run(greet(), {"name": "x"}, ANONYMOUS).value == [{"who": "@", "name": "x"}]


def test_arguments_are_checked(runner: Runner) -> None:
    """What a client may not send, the operator may not either."""
    with pytest.raises(ArgumentsInvalid, match="id: must be an integer"):
        runner.run(BOOK, {"id": "four"}, ANONYMOUS)


def test_a_resource_is_shaped(runner: Runner) -> None:
    """Its variables are texts that mean values, and its result is what it declares."""
    assert runner.run(BOOK, {"id": "4"}, ANONYMOUS).value == 5
    assert runner.run(SHELF, {}, ANONYMOUS).value == [{"a": 1}]


def test_content_is_blocks(runner: Runner) -> None:
    """A tool whose rows are content must give its blocks."""
    assert runner.run(CONTENT, {}, ANONYMOUS).value == [{"type": "text", "text": "hello"}]


def test_a_prompt_is_filled_in(runner: Runner) -> None:
    """Messages must have role, type and text, and what else is in them."""
    assert runner.run(LETTER, {"name": "Ada", "sure": {"yes": "y"}}, ANONYMOUS).value == [
        {"role": "user", "type": "text", "prompt": "Dear Ada, yes."},
        {"role": "assistant", "type": "image", "data": "cG5n", "mimeType": "image/png"},
    ]


@pytest.mark.parametrize("answer", ['{"yes": "indeed"}', {"yes": "indeed"}])
def test_an_answer_is_given(runner: Runner, answer: Any) -> None:
    """What a client would be asked for must be taken from the arguments, as JSON or as its text."""
    assert runner.run(ASKING, {"sure": answer}, ANONYMOUS).value == [{"said": "indeed"}]


@pytest.mark.parametrize("arguments", [{}, {"sure": "yes"}, {"sure": None}])
def test_without_an_answer_it_does_not_run(runner: Runner, arguments: dict[str, Any]) -> None:
    """An answer that is missing or no JSON must be refused, with the way to give it."""
    with pytest.raises(AnswerInvalid, match="--param sure="):
        runner.run(ASKING, arguments, ANONYMOUS)


def test_an_answer_fits_the_form(runner: Runner) -> None:
    """An answer that no person could give in the form must be refused."""
    with pytest.raises(ArgumentsInvalid, match=r"sure\.yes: must be text"):
        runner.run(ASKING, {"sure": '{"yes": 5}'}, ANONYMOUS)


def test_the_result_may_go_unchecked(runner: Runner, database: Database) -> None:
    """A result that is not what is declared must be an error, unless it is not to be checked."""
    odd = Tool(name="odd", path=Path("o.yml"), sql="SELECT 'x'", returns={"type": "integer"})

    with pytest.raises(ResultMismatch):
        runner.run(odd, {}, ANONYMOUS)
    assert Runner(database, checked=False).run(odd, {}, ANONYMOUS).value == "x"


def test_a_model_s_statement_is_refused_here_too(runner: Runner) -> None:
    """The tool that runs any statement must refuse what it refuses clients."""
    query = SQL_TOOLS["execute_sql_query"]

    assert runner.run(query, {"sql": "SELECT 1 AS a"}, ANONYMOUS).value == [{"a": 1}]
    with pytest.raises(SqlFailed, match="read-only"):
        runner.run(query, {"sql": "CREATE TABLE t (a INTEGER)"}, ANONYMOUS)


def test_a_cut_result_is_told(runner: Runner) -> None:
    """When there are more rows than max_rows, the outcome must say how many there are here."""
    many = Tool(name="many", path=Path("m.yml"), sql="SELECT * FROM range(6)")

    assert runner.run(many, {}, ANONYMOUS).cut == 5
    assert runner.run(SHELF, {}, ANONYMOUS).cut is None
