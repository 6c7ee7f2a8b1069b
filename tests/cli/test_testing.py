"""Running the tests of endpoints."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mxcp_flask.cli.running import Runner
from mxcp_flask.cli.testing import Examiner, untestable
from mxcp_flask.documents import Fault
from mxcp_flask.endpoints.catalogue import Catalogue
from mxcp_flask.endpoints.model import Endpoint, EndpointTest, Found, Tool
from mxcp_flask.engine import Database, DatabaseSettings
from tests.cli.catalogue import ASKING, BOOK, LETTER, greet
from tests.support.clock import Clock

BO = {"username": "bo"}


class Bench:
    """Runs tests on an empty database, with a clock that stands still."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def test(self, endpoint: Endpoint, context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the endpoint's entry in the report."""
        return Examiner(Runner(self.database), context, Clock()).examine(endpoint)

    def outcome(self, case: EndpointTest, context: dict[str, Any] | None = None) -> tuple[str, str | None]:
        """Return status and error of one test of the tool that greets."""
        (entry,) = self.test(greet(case), context)["test_results"]["tests"]
        return entry["status"], entry["error"]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """Return what runs tests."""
    with closing(Database(DatabaseSettings(path=tmp_path / "x.duckdb"))) as database:
        yield Bench(database)


def case(name: str = "t", user_context: Any = None, **expected: Any) -> EndpointTest:
    """Return a test of the tool that greets."""
    return EndpointTest(name, {"name": "x"}, "described", user_context=user_context, expected=expected)


def test_the_entry_has_upstream_s_shape(bench: Bench) -> None:
    """An endpoint's entry must name it and its file, and each test's name, description, status, error and time."""
    assert bench.test(greet(case(result_length=1))) == {
        "endpoint": "tool/greet",
        "path": "greet.yml",
        "test_results": {
            "status": "ok",
            "tests_run": 1,
            "tests": [{"name": "t", "description": "described", "status": "passed", "error": None, "time": 0}],
        },
    }


def test_no_tests_are_told(bench: Bench) -> None:
    """An endpoint without tests must say so, and not fail."""
    results = bench.test(greet())["test_results"]

    assert results == {"status": "ok", "tests_run": 0, "tests": [], "no_tests": True}


def test_what_is_not_expected_fails(bench: Bench) -> None:
    """A result that is not as expected must be failed, with each reason."""
    status, error = bench.outcome(case(result_length=2, result_contains_text="moon"))

    assert status == "failed"
    assert error is not None
    assert "result_length" in error
    assert "result_contains_text" in error


def test_what_does_not_run_is_an_error(bench: Bench) -> None:
    """A test whose arguments or user context are wrong must be an error with its reason."""
    assert bench.outcome(EndpointTest("t", {}))[0] == "error"
    assert bench.outcome(case(user_context={"username": 5}))[0] == "error"


def test_one_test_that_fails_decides(bench: Bench) -> None:
    """The endpoint's status must be error before failed before ok."""
    good, bad, wrong = case("good"), case("bad", result=5), EndpointTest("wrong", {})

    assert bench.test(greet(good, bad))["test_results"]["status"] == "failed"
    assert bench.test(greet(good, wrong, bad))["test_results"]["status"] == "error"


def test_the_test_says_who_asks(bench: Bench) -> None:
    """A test's user context must feed the user functions, of the provider test; without one nobody asks."""
    assert bench.outcome(case(user_context=BO, result_contains={"who": "bo@test"})) == ("passed", None)
    assert bench.outcome(case(result_contains={"who": "@"})) == ("passed", None)


def test_the_operator_s_context_goes_before_the_test_s(bench: Bench) -> None:
    """A context from the command line must take the place of each test's own, even an empty one."""
    assert bench.outcome(case(user_context=BO, result_contains={"who": "ada@cli"}), {"username": "ada"})[0] == "passed"
    assert bench.outcome(case(user_context=BO, result_contains={"who": "@cli"}), {})[0] == "passed"


@pytest.mark.parametrize(
    ("endpoint", "test"),
    [
        (BOOK, EndpointTest("t", {"id": 4}, expected={"result": 5})),
        (ASKING, EndpointTest("t", {"sure": {"yes": "y"}}, expected={"result": [{"said": "y"}]})),
        (LETTER, EndpointTest("t", {"name": "Ada", "sure": {}}, expected={"result_contains_text": "Dear Ada."})),
    ],
)
def test_every_kind_is_tested(bench: Bench, endpoint: Endpoint, test: EndpointTest) -> None:
    """Resources, prompts and what asks for input must be tested as tools are."""
    assert bench.test(replace(endpoint, tests=(test,)))["test_results"]["status"] == "ok"


def test_files_that_cannot_be_loaded_are_errors() -> None:
    """Each broken file must be one entry, with all its faults, and its name where it has one."""
    known, unknown = Path("a.yml"), Path("b.yml")
    faults = (Fault(known, 1, "x", "one"), Fault(unknown, 2, "", "two"), Fault(known, 3, "y", "three"))
    catalogue = Catalogue(tools={}, found=(Found(known, "tool", "a"),), faults=faults)

    first, second = untestable(catalogue)

    assert (first["endpoint"], second["endpoint"]) == ("tool/a", "unknown/")
    assert first["test_results"]["status"] == "error"
    assert first["test_results"]["error"] == "a.yml:1: x: one\na.yml:3: y: three"


def test_a_result_that_was_cut_is_an_error(tmp_path: Path) -> None:
    """What is not whole must not be judged."""
    many = Tool(name="many", path=Path("m.yml"), sql="SELECT * FROM range(9)", tests=(EndpointTest("t", {}),))

    with closing(Database(DatabaseSettings(path=tmp_path / "x.duckdb", max_rows=5))) as database:
        (entry,) = Bench(database).test(many)["test_results"]["tests"]

    assert entry["status"] == "error"
    assert "more than 5 rows" in entry["error"]
