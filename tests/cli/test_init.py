"""``mxcp init``."""

from __future__ import annotations

import json
import re
import shlex
import textwrap
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mxcp_flask.cli import main
from mxcp_flask.config import load_settings


class Newcomer:
    """Somebody without any configuration, who runs ``mxcp init``."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.environ: dict[str, str] = {"HOME": str(home)}

    def init(self, *arguments: str) -> Result:
        """Run the command."""
        names = ("MXCP_PROJECT", "MXCP_CONFIG", "MXCP_PROFILE", "MXCP_DUCKDB_PATH", "MXCP_DEBUG")
        return CliRunner().invoke(main, ["init", *arguments], env={**dict.fromkeys(names), **self.environ})


@pytest.fixture
def newcomer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Newcomer:
    """Return somebody in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return Newcomer(tmp_path)


def names_in(folder: Path) -> set[str]:
    """Return the paths of all files below ``folder``."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_project_is_made(newcomer: Newcomer) -> None:
    """The least project must be its site file, named after its folder, in which no model reads everybody's rows."""
    result = newcomer.init("My shop!")

    folder = newcomer.home / "My shop!"
    assert result.exit_code == 0
    assert names_in(folder) == {"mxcp-site.yml"}
    settings = load_settings(folder, {"HOME": str(newcomer.home)})
    assert (settings.project, settings.profile) == ("My-shop", "default")
    assert not settings.sql_tools.enabled


def test_names_are_chosen(newcomer: Newcomer) -> None:
    """--project may be any text, and --profile a profile's name."""
    assert newcomer.init("--project", 'a: "b" #c', "--profile", "live").exit_code == 0

    settings = load_settings(newcomer.home, {"HOME": str(newcomer.home)})
    assert (settings.project, settings.profile) == ('a: "b" #c', "live")


def test_a_profile_that_cannot_be_is_wrong_usage(newcomer: Newcomer) -> None:
    """A name that the configuration would refuse must be refused before anything is written."""
    assert newcomer.init("--profile", "a/b").exit_code == 2
    assert names_in(newcomer.home) == set()


def test_the_next_step_is_a_tool_that_works(newcomer: Newcomer) -> None:
    """Without a sample, what init says to write must be a valid tool, and answer."""
    said = newcomer.init("shop").stdout
    folder = newcomer.home / "shop"
    name, tool = re.findall(r"(tools/\w+\.yml) in that folder:\n\n(.*?)\n\n", said, re.DOTALL)[0]
    (folder / name).parent.mkdir()
    (folder / name).write_text(textwrap.dedent(tool))

    environ = {"HOME": str(newcomer.home), "MXCP_PROJECT": str(folder)}
    assert CliRunner().invoke(main, ["validate"], env=environ).exit_code == 0
    asked = ["run", "tool", "hello", "-u", '{"username": "ada"}']
    assert CliRunner().invoke(main, asked, env=environ).stdout == "Hello ada\n"
    assert "mxcp demo ." in said


def test_no_model_reads_the_samples_notes(newcomer: Newcomer) -> None:
    """As the sample promises that nobody sees another's notes, the SQL tools must be off."""
    newcomer.init("--bootstrap", "garden")

    settings = load_settings(newcomer.home / "garden", {"HOME": str(newcomer.home)})
    assert not settings.sql_tools.enabled


def test_the_sample_has_its_data(newcomer: Newcomer) -> None:
    """--bootstrap must write the sample's files and its database, and name each of them."""
    result = newcomer.init("--bootstrap", "garden")

    names = names_in(newcomer.home / "garden")
    assert result.exit_code == 0
    assert {"mxcp-site.yml", "db-default.duckdb", "tools/find_plants.yml", "sql/find_plants.sql"} <= names
    assert all(name in result.stdout for name in names)


def test_the_database_is_where_the_variable_says(newcomer: Newcomer) -> None:
    """With MXCP_DUCKDB_PATH the data must be where the other commands look for it."""
    newcomer.environ["MXCP_DUCKDB_PATH"] = "elsewhere.duckdb"

    assert newcomer.init("--bootstrap").exit_code == 0
    assert "elsewhere.duckdb" in names_in(newcomer.home)


@pytest.mark.parametrize("taken", ["sql/find_plants.sql", "db-default.duckdb", "tools/my_notes.yml"])
def test_nothing_is_overwritten(newcomer: Newcomer, taken: str) -> None:
    """A file that exists must be named, kept as it is, and nothing else written."""
    path = newcomer.home / taken
    path.parent.mkdir(exist_ok=True)
    path.write_text("mine")

    result = newcomer.init("--bootstrap")

    assert result.exit_code == 1
    assert taken in result.stderr
    assert path.read_text() == "mine"
    assert names_in(newcomer.home) == {taken}


def test_a_project_is_not_made_twice_or_inside_another(newcomer: Newcomer) -> None:
    """A project's folder and those below it must be refused."""
    newcomer.init()

    again, inside = newcomer.init(), newcomer.init("deep/inside")

    assert again.exit_code == inside.exit_code == 1
    assert "it is a project already" in again.stderr
    assert f"it lies inside the project {newcomer.home}" in inside.stderr
    assert names_in(newcomer.home) == {"mxcp-site.yml"}


def test_a_folder_that_cannot_be_made_is_named(newcomer: Newcomer) -> None:
    """A path through a file must be one line that names it."""
    (newcomer.home / "file").write_text("")

    result = newcomer.init("file")

    assert result.exit_code == 1
    assert f"Cannot write to {newcomer.home / 'file' / 'mxcp-site.yml'}" in result.stderr


def test_for_programs(newcomer: Newcomer) -> None:
    """--json-output must name all that was made, and why nothing was."""
    made = json.loads(newcomer.init("--bootstrap", "garden", "--json-output").stdout)["result"]
    assert (made["project"], made["profile"]) == ("garden", "default")
    assert "README.md" in made["files"]

    refused = newcomer.init("garden", "--json-output")
    assert refused.exit_code == 1
    assert json.loads(refused.stdout)["status"] == "error"


def test_the_readme_of_the_sample_holds(newcomer: Newcomer) -> None:
    """Its files must be there, its configuration load for this very project, and its commands work."""
    newcomer.init("--bootstrap", "garden", "--project", "My garden", "--profile", "live")
    folder = newcomer.home / "garden"
    text = (folder / "README.md").read_text()

    for name in re.findall(r"`((?:\w+/)?[\w-]+\.(?:yml|sql))`", text):
        assert (folder / name).is_file(), name
    config = newcomer.home / "config.yml"
    config.write_text(re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)[0])
    environ = {"HOME": str(newcomer.home), "MXCP_CONFIG": str(config)}
    known = {"GITHUB_CLIENT_ID": "id", "GITHUB_CLIENT_SECRET": "secret"}
    assert load_settings(folder, {**environ, **known}).auth.provider == "github"
    assert "`db-live.duckdb`" in text
    for command in "".join(re.findall(r"```sh\n(.*?)```", text, re.DOTALL)).splitlines():
        words = shlex.split(command)
        assert words[0] == "mxcp"
        result = CliRunner().invoke(main, words[1:], env={"HOME": str(newcomer.home), "MXCP_PROJECT": str(folder)})
        assert result.exit_code == 0, result.output
