"""Makes ``DatabaseSettings`` from the site file's ``duckdb`` section and the environment."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mxcp_flask.config.paths import Places
from mxcp_flask.config.report import Report
from mxcp_flask.config.site_file import DuckdbSchema
from mxcp_flask.engine import DatabaseSettings
from mxcp_flask.errors import ConfigurationError

_VARIABLES = {"MXCP_DUCKDB_PATH": "path", "MXCP_READONLY": "readonly"}


def read_overrides(environ: Mapping[str, str], report: Report) -> dict[str, Any]:
    """Return what the environment says in place of the ``duckdb`` section; an empty variable says nothing."""
    overrides: dict[str, Any] = {}
    for variable, key in _VARIABLES.items():
        text = environ.get(variable)
        if text:
            overrides |= _load_override(variable, key, text, report)
    return overrides


def make_database(section: Mapping[str, Any], profile: str, places: Places, **more: Any) -> DatabaseSettings:
    """Return the dataclass for a ``section`` that DuckdbSchema loaded, and what ``more`` says besides."""
    paths = {
        "path": places.absolute(section["path"]) if "path" in section else _default_path(places.project_dir, profile),
        "allowed_directories": tuple(places.absolute(path) for path in section.get("allowed_directories", ())),
    }
    return DatabaseSettings(project_dir=places.project_dir, **{**section, **paths, **more})


def _load_override(variable: str, key: str, text: str, report: Report) -> dict[str, Any]:
    messages = DuckdbSchema().validate({key: text})
    if messages:
        report.add_error(ConfigurationError(reason=f"{variable} {messages[key][0]}"))
        return {}
    loaded: dict[str, Any] = DuckdbSchema().load({key: text})
    return loaded


def _default_path(project_dir: Path, profile: str) -> Path:
    name = f"db-{profile}.duckdb"
    later = project_dir / "data" / name  # where newer upstream versions put it
    return later if later.exists() else project_dir / name
