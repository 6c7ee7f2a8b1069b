"""What a written path means."""

from __future__ import annotations

from pathlib import Path

import pytest

from mxcp_flask.config.paths import Places, find_places
from mxcp_flask.errors import ConfigurationError

PLACES = Places(Path("/srv/shop"), Path("/home/ada"))


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("a.db", "/srv/shop/a.db"),
        ("data/a.db", "/srv/shop/data/a.db"),
        ("/var/a.db", "/var/a.db"),
        ("~", "/home/ada"),
        ("~/a.db", "/home/ada/a.db"),
        ("x/~/a.db", "/srv/shop/x/~/a.db"),
    ],
)
def test_a_path_becomes_absolute(text: str, path: str) -> None:
    """Only a leading ~/ means the home folder; relative paths start at the project folder."""
    assert PLACES.absolute(text) == Path(path)


def test_a_home_folder_must_be_known() -> None:
    """Without HOME a ~ path is an error, not a folder of that name."""
    with pytest.raises(ConfigurationError, match=r"~/a\.db needs the environment variable HOME"):
        find_places(Path("/srv/shop"), {}).absolute("~/a.db")


@pytest.mark.parametrize(
    ("environ", "path"),
    [
        ({}, "/home/ada/.mxcp/config.yml"),
        ({"MXCP_CONFIG": ""}, "/home/ada/.mxcp/config.yml"),
        ({"MXCP_CONFIG": "/etc/mxcp.yml"}, "/etc/mxcp.yml"),
        ({"MXCP_CONFIG": "~/mxcp.yml"}, "/home/ada/mxcp.yml"),
    ],
)
def test_the_user_file_has_its_place(environ: dict[str, str], path: str) -> None:
    """MXCP_CONFIG goes before the home folder's file."""
    assert PLACES.user_file(environ) == Path(path)


def test_a_relative_user_file_starts_where_the_command_runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """MXCP_CONFIG is read as the shell that set it would."""
    monkeypatch.chdir(tmp_path)

    assert PLACES.user_file({"MXCP_CONFIG": "mxcp.yml"}) == tmp_path / "mxcp.yml"
