"""Which files are read, for which profile, and what happens when one is not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from mxcp_flask.config import find_project, load_settings
from mxcp_flask.config.model import Auth, SqlTools, Transport
from mxcp_flask.errors import ConfigurationError, ConfigurationFaults, FileNotReadable, ProjectNotFound
from tests.config.conftest import SITE, Project

BOTH_PROFILES = """
projects:
  my_project:
    profiles:
      dev: {auth: {provider: none, tokens: {code_ttl: 1}}}
      prod: {auth: {provider: none, tokens: {code_ttl: 2}}}
      test: {auth: {provider: none, tokens: {code_ttl: 3}}}
"""


def test_a_project_is_found_from_below(project: Project) -> None:
    """Any folder inside the project leads to it."""
    inner = project.folder / "tools" / "sales"
    inner.mkdir(parents=True)

    assert find_project(inner) == project.folder.resolve()
    assert find_project(project.folder) == project.folder.resolve()


def test_no_project_is_found_elsewhere(tmp_path: Path) -> None:
    """A folder without a project above it is named in the error."""
    with pytest.raises(ProjectNotFound, match=str(tmp_path)):
        find_project(tmp_path)


def test_a_folder_named_like_the_site_file_is_no_project(tmp_path: Path) -> None:
    """Only a file makes a project."""
    (tmp_path / "mxcp-site.yml").mkdir()

    with pytest.raises(ProjectNotFound):
        find_project(tmp_path)


def test_without_a_user_file_everything_is_default(project: Project) -> None:
    """A project alone is enough to be served, without authentication."""
    settings = project.load()

    assert settings.auth == Auth()
    assert settings.transport == Transport()
    assert settings.sql_tools == SqlTools()
    assert (settings.duckdb.secrets, settings.duckdb.extensions) == ((), ())
    assert (settings.project, settings.profile) == ("my_project", "dev")
    assert settings.project_dir == project.folder
    assert settings.site_file == project.site_file
    assert settings.user_file == project.user_file


@pytest.mark.parametrize(
    ("argument", "variable", "code_ttl"),
    [(None, None, 1), (None, "prod", 2), ("test", "prod", 3), ("test", None, 3), (None, "", 1), ("other", None, 60)],
)
def test_the_profile_is_chosen(project: Project, argument: str | None, variable: str | None, code_ttl: int) -> None:
    """The argument goes before MXCP_PROFILE, and that before the site file; an unknown profile has the defaults."""
    project.write_user(BOTH_PROFILES)
    environ = {} if variable is None else {"MXCP_PROFILE": variable}

    assert project.load(argument, **environ).auth.tokens.code_ttl == code_ttl


@pytest.mark.parametrize("name", ["../dev", "a/b", ".", "a b", "-x"])
def test_a_profile_that_cannot_be_a_files_name_is_refused(project: Project, name: str) -> None:
    """The profile is part of a file's name, so it cannot lead elsewhere."""
    with pytest.raises(ConfigurationError, match="may hold letters, digits"):
        project.load(name)


def test_the_user_file_may_be_elsewhere(project: Project, tmp_path: Path) -> None:
    """MXCP_CONFIG names the user file."""
    other = tmp_path / "other.yml"
    other.write_text("transport: {http: {port: 9000}}")

    settings = project.load(MXCP_CONFIG=str(other))

    assert settings.transport.port == 9000
    assert settings.user_file == other


def test_a_named_user_file_must_be_there(project: Project, tmp_path: Path) -> None:
    """A missing file that MXCP_CONFIG names is an error: it could hold the authentication."""
    with pytest.raises(FileNotReadable, match=r"nowhere\.yml"):
        project.load(MXCP_CONFIG=str(tmp_path / "nowhere.yml"))


@pytest.mark.parametrize("content", [b"projects: [", b"\xff\xfe"])
def test_a_broken_user_file_is_an_error(project: Project, content: bytes) -> None:
    """What is there but not YAML in UTF-8 is never taken for an absent file."""
    project.user_file.write_bytes(content)

    with pytest.raises(FileNotReadable, match=str(project.user_file)):
        project.load()


def test_a_user_file_that_is_a_folder_is_an_error(project: Project) -> None:
    """What cannot be read is never taken for an absent file."""
    project.user_file.mkdir()

    with pytest.raises(FileNotReadable, match=str(project.user_file)):
        project.load()


def test_a_broken_user_file_is_reported_with_the_site_files_faults(project: Project) -> None:
    """An unreadable user file does not hide what is wrong with the site file."""
    project.write_site(SITE + "extra: 1\n")
    project.write_user("projects: [")

    with pytest.raises(ConfigurationFaults) as caught:
        project.load()

    first, second = str(caught.value).splitlines()
    assert first == f"{project.site_file}:4: extra: unknown key"
    assert second.startswith(f"Cannot read {project.user_file}: line ")


def test_without_home_a_user_file_must_be_named(project: Project, tmp_path: Path) -> None:
    """A server that cannot know where its user file is does not start without authentication."""
    named = tmp_path / "named.yml"
    named.write_text("")

    with pytest.raises(ConfigurationError, match="neither MXCP_CONFIG nor HOME is set"):
        load_settings(project.folder, {})

    assert load_settings(project.folder, {"MXCP_CONFIG": str(named)}).user_file == named


def test_a_missing_site_file_is_named(project: Project) -> None:
    """The project folder that the caller gives must hold the site file."""
    project.site_file.unlink()

    with pytest.raises(FileNotReadable, match=str(project.site_file)):
        project.load()
