"""Which project a command is for, and what flags change."""

from __future__ import annotations

from pathlib import Path

import pytest

from mxcp_flask.cli.project import read_settings, with_flags
from mxcp_flask.errors import ProjectNotFound
from tests.support.site import Site


@pytest.fixture
def surroundings(site: Site, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Give this process the site's variables, but not the one that names the project."""
    for name in ("MXCP_PROJECT", "MXCP_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in site.environ.items():
        if name != "MXCP_PROJECT":
            monkeypatch.setenv(name, value)
    return monkeypatch


def test_the_working_directory_is_in_the_project(site: Site, surroundings: pytest.MonkeyPatch) -> None:
    """A command in a folder below the project's must find the project."""
    surroundings.chdir(site.project / "tools")

    assert read_settings().project_dir == site.project


def test_the_variable_comes_before_the_working_directory(
    site: Site, surroundings: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """$MXCP_PROJECT must decide when it is set."""
    other = Site(tmp_path / "other")
    surroundings.chdir(other.project)
    surroundings.setenv("MXCP_PROJECT", str(site.project))

    assert read_settings().project_dir == site.project


def test_no_project_is_an_error(surroundings: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Outside of a project there must be nothing to fall back to."""
    surroundings.chdir(tmp_path)

    with pytest.raises(ProjectNotFound, match="MXCP_PROJECT"):
        read_settings()


def test_a_profile_is_chosen(site: Site, surroundings: pytest.MonkeyPatch) -> None:
    """The argument must come before the variable, and that before the site file."""
    surroundings.chdir(site.project)
    assert read_settings().profile == "dev"

    surroundings.setenv("MXCP_PROFILE", "staging")
    assert read_settings().profile == "staging"
    assert read_settings("live").profile == "live"


def test_no_flag_changes_nothing(site: Site) -> None:
    """Settings without flags must be what the files say."""
    settings = site.settings()

    assert with_flags(settings, host=None, port=None, readonly=False, sql_tools=None) == settings


def test_flags_come_before_the_files(site: Site) -> None:
    """Each flag must change its setting and no other."""
    settings = site.settings()

    changed = with_flags(settings, host="0.0.0.0", port=9000, readonly=True, sql_tools=False)

    assert (changed.transport.host, changed.transport.port) == ("0.0.0.0", 9000)
    assert changed.duckdb.readonly
    assert not changed.sql_tools.enabled
    assert changed.auth == settings.auth
    assert changed.duckdb.path == settings.duckdb.path


def test_a_flag_cannot_make_a_read_only_database_writable(site: Site) -> None:
    """Leaving out --readonly must not overrule the site file."""
    site.write("mxcp-site.yml", "mxcp: 1\nproject: demo\nprofile: dev\nprofiles: {dev: {duckdb: {readonly: true}}}\n")

    assert with_flags(site.settings(), host=None, port=None, readonly=False, sql_tools=None).duckdb.readonly


def test_sql_tools_can_be_switched_on(site: Site) -> None:
    """--sql-tools must overrule a site file that switches them off."""
    site.write("mxcp-site.yml", "mxcp: 1\nproject: demo\nprofile: dev\nsql_tools: {enabled: false}\n")
    settings = site.settings()

    assert not settings.sql_tools.enabled
    assert with_flags(settings, host=None, port=None, readonly=False, sql_tools=True).sql_tools.enabled
