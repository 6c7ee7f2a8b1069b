"""Paths as the configuration writes them: ``~`` is $HOME, and relative ones start at the project folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mxcp_flask.errors import ConfigurationError


@dataclass(frozen=True)
class Places:
    """The folders that written paths are relative to."""

    project_dir: Path
    home: Path | None

    def absolute(self, text: str) -> Path:
        """Return the path that ``text`` means; raises ConfigurationError when that needs $HOME and it is not set."""
        if text != "~" and not text.startswith("~/"):
            return self.project_dir / text
        if self.home is None:
            raise ConfigurationError(reason=f"{text} needs the environment variable HOME, which is not set")
        return self.home / text[2:]

    def user_file(self, environ: Mapping[str, str]) -> Path:
        """Return where the user file is, or would be."""
        named = environ.get("MXCP_CONFIG")
        if named:
            return self.absolute(named) if named.startswith("~") else Path(named).absolute()
        if self.home is None:
            raise ConfigurationError(reason="neither MXCP_CONFIG nor HOME is set, so there is no user file; set one")
        return self.home / ".mxcp" / "config.yml"


def find_places(project_dir: Path, environ: Mapping[str, str]) -> Places:
    """Return the places for a project in ``environ``."""
    home = environ.get("HOME")
    return Places(project_dir.absolute(), Path(home) if home else None)
