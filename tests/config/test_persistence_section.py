"""Where the OAuth state is kept, as the user file says it."""

from __future__ import annotations

import pytest

from mxcp_flask.config.model import PostgresPersistence
from mxcp_flask.errors import ConfigurationFaults, UnsetVariable
from tests.config.conftest import Project

URL = "postgresql://mxcp:s3cr3t@db.example:5432/state?sslmode=verify-full"
KEYS = "encryption_keys: 'k1:abc'"


def section(project: Project, *keys: str) -> None:
    """Write the user file with a section of these keys."""
    project.write_auth(f"persistence: {{{', '.join(keys)}}}")


def test_the_state_is_kept_in_postgresql(project: Project) -> None:
    """URL, keys and pool size come out as written, and the password neither in what is shown nor in the repr."""
    section(project, "type: postgresql", f"url: '{URL}'", KEYS, "pool_size: 3")
    persistence = project.load().auth.persistence

    assert persistence == PostgresPersistence(URL, "k1:abc", 3)
    assert persistence.place == "postgresql://db.example:5432/state"
    assert "s3cr3t" not in repr(project.load())


def test_the_url_comes_from_the_environment(project: Project) -> None:
    """A reference to a variable that is not set is told as such."""
    section(project, "type: postgresql", "url: '${DATABASE_URL}'", KEYS)

    with pytest.raises(UnsetVariable, match="DATABASE_URL"):
        project.load()


@pytest.mark.parametrize(
    ("keys", "fault"),
    [
        (["type: postgresql", KEYS], r"persistence\.url: is required with type: postgresql"),
        (["type: postgresql", f"url: '{URL}'"], r"encryption_keys: is required .* 'openssl rand -base64 32'"),
        (["type: postgresql", f"url: '{URL}'", KEYS, "path: x"], r"persistence\.path: is a key of type: sqlite"),
        ([f"url: '{URL}'"], r"persistence\.url: is a key of type: postgresql"),
        (["pool_size: 4"], r"persistence\.pool_size: is a key of type: postgresql"),
        (["type: postgresql", f"url: '{URL}'", KEYS, "pool_size: 0"], r"persistence\.pool_size: must be at least 1"),
    ],
)
def test_keys_that_do_not_fit_the_type(project: Project, keys: list[str], fault: str) -> None:
    """A key of the other type, or one that this type needs, is told with its place."""
    section(project, *keys)

    with pytest.raises(ConfigurationFaults, match=fault) as told:
        project.load()
    assert "s3cr3t" not in str(told.value)


@pytest.mark.parametrize(
    "url",
    [
        "mysql://mxcp:s3cr3t@db.example/state",
        "postgresql://mxcp:s3cr3t@db.example",
        "postgresql://mxcp:s3cr3t@db.example/",
        "postgresql://mxcp:s3cr3t/x@db.example/state",
        "postgresql://mxcp:s3cr3t#x@db.example/state",
        "postgresql://mxcp:s3cr3t?x@db.example/state",
        "postgresql://mxcp:s3cr3t x@db.example/state",
        "postgresql://[mxcp:s3cr3t@db.example/state",
        "host=db.example password=s3cr3t",
    ],
)
def test_urls_that_are_none(project: Project, url: str) -> None:
    """What cannot be the URL of a database is refused without showing it, with the form that is needed."""
    section(project, "type: postgresql", f"url: '{url}'", KEYS)

    with pytest.raises(ConfigurationFaults, match="such as postgresql://user:password@host:5432/database") as told:
        project.load()
    assert "s3cr3t" not in str(told.value)
