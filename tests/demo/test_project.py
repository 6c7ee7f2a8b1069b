"""The sample project loads without a fault, and its SQL answers each person with their own rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mxcp_flask.demo.people import PEOPLE
from mxcp_flask.demo.sample import DATABASE, unpack
from mxcp_flask.documents import load_document
from mxcp_flask.endpoints.arguments import bind
from mxcp_flask.endpoints.catalogue import Catalogue, load_catalogue
from mxcp_flask.endpoints.shaping import shape
from mxcp_flask.engine import Database, DatabaseSettings
from mxcp_flask.errors import ArgumentsInvalid
from mxcp_flask.records import ANONYMOUS, Identity

ADA, BO = Identity(username="ada-fixture"), Identity(username="bo-fixture")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the unpacked project."""
    return unpack(tmp_path_factory.mktemp("demo") / "project")


@pytest.fixture(scope="module")
def catalogue(project: Path) -> Catalogue:
    """Return the project's tools."""
    return load_catalogue(project)


@pytest.fixture(scope="module")
def database(project: Path) -> Iterator[Database]:
    """Return the project's database, opened as its site file says."""
    opened = Database(DatabaseSettings(path=project / DATABASE, readonly=True))
    yield opened
    opened.close()


class Caller:
    """Calls the project's tools."""

    def __init__(self, catalogue: Catalogue, database: Database) -> None:
        self.catalogue = catalogue
        self.database = database

    def call(self, name: str, identity: Identity, **arguments: Any) -> Any:
        """Return the tool's result for ``identity``."""
        tool = self.catalogue.tools[name]
        with self.database.session(identity) as session:
            found = session.run(tool.sql, bind(tool, arguments))
        return shape(tool, found.columns, found.rows)


@pytest.fixture
def caller(catalogue: Catalogue, database: Database) -> Caller:
    """Return what calls the tools."""
    return Caller(catalogue, database)


def test_catalogue_has_three_tools_and_no_fault(catalogue: Catalogue) -> None:
    """Every file of the project is a tool, described and annotated, and nothing is reported."""
    assert [str(fault) for fault in (*catalogue.faults, *catalogue.warnings)] == []
    assert set(catalogue.tools) == {"search_targets", "my_observations", "observing_time"}
    for tool in catalogue.tools.values():
        assert tool.description
        assert tool.annotations["readOnlyHint"] is True
        assert tool.output_schema is not None


def test_only_one_tool_needs_a_scope(catalogue: Catalogue) -> None:
    """The tool that shows everybody's work needs mxcp:admin, the others nothing."""
    scopes = {name: tool.required_scopes for name, tool in catalogue.tools.items()}

    assert scopes == {"search_targets": (), "my_observations": (), "observing_time": ("mxcp:admin",)}


def test_site_file_names_the_database(project: Path) -> None:
    """The site file points to the file that is built."""
    site = load_document(project / "mxcp-site.yml").data

    assert site["profiles"][site["profile"]]["duckdb"] == {"path": DATABASE, "readonly": True}
    assert (project / DATABASE).is_file()


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"text": "NEBULA", "faintest": 8}, ["Orion Nebula", "Dumbbell Nebula"]),
        ({"text": "cygnus"}, ["Albireo"]),
        ({"kind": "planet"}, ["Jupiter", "Neptune"]),
        ({"limit": 1}, ["Jupiter"]),
        ({"text": "%"}, []),
        ({"text": "'; DROP TABLE targets; --"}, []),
    ],
)
def test_search_targets(caller: Caller, arguments: dict[str, Any], expected: list[str]) -> None:
    """The search takes text literally and orders by brightness."""
    assert [row["name"] for row in caller.call("search_targets", ANONYMOUS, **arguments)] == expected


def test_search_targets_returns_planets_without_constellation(caller: Caller) -> None:
    """A null in a result is allowed by the declared return type."""
    [jupiter] = caller.call("search_targets", ANONYMOUS, text="jupiter")

    assert jupiter == {"name": "Jupiter", "kind": "planet", "constellation": None, "magnitude": -2.2}


@pytest.mark.parametrize("arguments", [{"limit": 0}, {"limit": 51}, {"text": "x" * 51}, {"kind": "comet"}])
def test_search_targets_constraints(caller: Caller, arguments: dict[str, Any]) -> None:
    """Arguments outside the declared limits are refused."""
    with pytest.raises(ArgumentsInvalid):
        caller.call("search_targets", ANONYMOUS, **arguments)


def test_each_person_sees_their_own_observations(caller: Caller) -> None:
    """Two people share no observation, and nobody sees none."""
    ada, bo = caller.call("my_observations", ADA), caller.call("my_observations", BO)

    assert ada[0] == {
        "night": "2026-06-20",
        "target": "Albireo",
        "telescope": "Garden Refractor",
        "exposure_minutes": 15,
        "note": "Gold and blue.",
    }
    assert len(ada) == 5
    assert {row["target"] for row in bo} == {"Orion Nebula", "Pleiades", "Ring Nebula", "Dumbbell Nebula"}
    assert caller.call("my_observations", ANONYMOUS) == []


def test_every_invented_person_owns_something(caller: Caller) -> None:
    """Whoever signs in at the stand-in has rows to see."""
    for person in PEOPLE:
        assert caller.call("my_observations", Identity(username=person.login))


def test_my_observations_since(caller: Caller) -> None:
    """The first night is included."""
    nights = [row["night"] for row in caller.call("my_observations", ADA, since="2026-04-11")]

    assert nights == ["2026-06-20", "2026-04-11"]


def test_observing_time_is_the_same_for_everybody(caller: Caller) -> None:
    """The sums do not depend on who asks."""
    sums = caller.call("observing_time", ADA)

    assert sums[0] == {"observer": "ada-fixture", "observations": 5, "minutes": 290, "booked_nights": 1}
    assert sums == caller.call("observing_time", BO)


def test_unpacking_again_puts_everything_back(tmp_path: Path) -> None:
    """A changed file and changed data are as they were after a second unpack."""
    folder = unpack(tmp_path / "project")
    tool = folder / "tools" / "search_targets.yml"
    original = tool.read_bytes()
    tool.write_text("changed", encoding="utf-8")
    run_alone(folder, "DELETE FROM observations")

    assert unpack(folder) == folder
    assert tool.read_bytes() == original
    assert run_alone(folder, "SELECT count(*) FROM observations") == [(11,)]


def run_alone(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    """Run ``sql`` in a database of its own, opened for writing."""
    database = Database(DatabaseSettings(path=folder / DATABASE))
    try:
        with database.session(ANONYMOUS) as session:
            return session.run(sql, {}).rows
    finally:
        database.close()
