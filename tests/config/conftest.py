"""A project on disk, for the tests of this package."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent, indent

import pytest

from mxcp_flask.config import Settings, load_settings

SITE = "mxcp: 1\nproject: my_project\nprofile: dev\n"


@dataclass(frozen=True)
class Project:
    """A project folder, and a home folder with the user file."""

    folder: Path
    home: Path

    @property
    def site_file(self) -> Path:
        """Return where the site file is."""
        return self.folder / "mxcp-site.yml"

    @property
    def user_file(self) -> Path:
        """Return where the user file is."""
        return self.home / ".mxcp" / "config.yml"

    def write_site(self, text: str) -> None:
        """Write the site file."""
        self.site_file.write_text(dedent(text), encoding="utf-8")

    def write_user(self, text: str) -> None:
        """Write the user file."""
        self.user_file.write_text(dedent(text), encoding="utf-8")

    def write_auth(self, text: str, profile: str = "dev") -> None:
        """Write a user file with ``text`` as the profile's auth section, which starts in line 6."""
        head = f"projects:\n  my_project:\n    profiles:\n      {profile}:\n        auth:\n"
        self.user_file.write_text(head + indent(dedent(text).strip("\n"), " " * 10) + "\n", encoding="utf-8")

    def load(self, profile: str | None = None, **environ: str) -> Settings:
        """Load the settings with ``environ`` and HOME as the whole environment."""
        return load_settings(self.folder, {"HOME": str(self.home), **environ}, profile=profile)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Return a project whose site file has only what is required, and no user file."""
    made = Project(tmp_path / "shop", tmp_path / "home")
    made.folder.mkdir()
    made.user_file.parent.mkdir(parents=True)
    made.write_site(SITE)
    return made
