"""Where the DuckDB database is, and what the environment says about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from mxcp_flask.errors import ConfigurationError
from tests.config.conftest import SITE, Project

WITH_PATH = SITE + "profiles: {dev: {duckdb: {path: shop.duckdb, readonly: true, max_rows: 7}}}\n"


def test_the_default_database_has_the_profiles_name(project: Project) -> None:
    """Without a path the file lies in the project folder, and the limits are the engine's."""
    assert project.load().duckdb.path == project.folder / "db-dev.duckdb"
    assert project.load("prod").duckdb.path == project.folder / "db-prod.duckdb"


def test_a_database_in_the_data_folder_is_kept(project: Project) -> None:
    """A project of newer upstream versions finds its file where they made it."""
    data = project.folder / "data"
    data.mkdir()
    (data / "db-dev.duckdb").touch()

    assert project.load().duckdb.path == data / "db-dev.duckdb"
    assert project.load("prod").duckdb.path == project.folder / "db-prod.duckdb"


def test_another_profiles_database_is_not_taken(project: Project) -> None:
    """A profile that the site file does not have gets the defaults, not its neighbour's file."""
    project.write_site(WITH_PATH)

    assert project.load("other").duckdb.path == project.folder / "db-other.duckdb"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("other.duckdb", "{project}/other.duckdb"), ("/srv/x.duckdb", "/srv/x.duckdb"), ("~/x.duckdb", "{home}/x.duckdb")],
)
def test_the_environment_names_the_database(project: Project, text: str, expected: str) -> None:
    """MXCP_DUCKDB_PATH goes before the site file, which keeps its other settings."""
    project.write_site(WITH_PATH)

    duckdb = project.load(MXCP_DUCKDB_PATH=text).duckdb

    assert duckdb.path == Path(expected.format(project=project.folder, home=project.home))
    assert (duckdb.readonly, duckdb.max_rows) == (True, 7)


@pytest.mark.parametrize(("text", "readonly"), [("0", False), ("false", False), ("no", False), ("", True), ("1", True)])
def test_the_environment_says_readonly(project: Project, text: str, readonly: bool) -> None:
    """MXCP_READONLY goes before the site file; empty, it says nothing."""
    project.write_site(WITH_PATH)

    assert project.load(MXCP_READONLY=text).duckdb.readonly is readonly


@pytest.mark.parametrize(
    ("environ", "message"),
    [
        ({"MXCP_READONLY": "perhaps"}, "MXCP_READONLY must be true or false"),
        ({"MXCP_DUCKDB_PATH": ":memory:"}, "MXCP_DUCKDB_PATH in-memory databases are not supported; name a file"),
        ({"MXCP_DUCKDB_PATH": "~bo/x"}, "MXCP_DUCKDB_PATH only ~/ is understood"),
    ],
)
def test_a_fault_of_the_environment_names_the_variable(project: Project, environ: dict[str, str], message: str) -> None:
    """What is wrong with a variable is said with its name."""
    with pytest.raises(ConfigurationError, match=message):
        project.load(**environ)
