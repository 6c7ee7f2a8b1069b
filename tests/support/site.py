"""A project folder with its two configuration files, as a person would write them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from mxcp_flask.app import create_app
from mxcp_flask.config import Settings, load_settings
from tests.support.clock import Clock

CLIENT_ID = "gh-client-id"
CLIENT_SECRET = "gh-client-secret-0123456789"
WHOAMI = """\
mxcp: 1
tool:
  name: whoami
  description: Who is asking
  return: {type: string}
  source: {code: SELECT get_username()}
"""
ADMIN = """\
mxcp: 1
tool:
  name: admin_only
  description: For administrators
  required_scopes: ["mxcp:admin"]
  return: {type: string}
  source: {code: SELECT 'hello ' || get_username()}
"""


#: Runs a test once for each place where OAuth state can be kept; for tests that reach the fixture ``site``.
each_store = pytest.mark.parametrize(
    "site", ["memory", "sqlite", pytest.param("postgresql", marks=pytest.mark.services)], indirect=True
)
COMPOUND = """\
mxcp: 1
tool:
  name: compound
  description: Takes a bit of everything
  parameters:
    - {name: number, type: integer, default: 1}
    - {name: share, type: number, default: 0.5}
    - {name: text, type: string, default: x}
    - {name: day, type: string, format: date, default: "2026-07-28"}
    - {name: many, type: array, items: {type: integer}, default: []}
    - {name: one, type: object, properties: {a: {type: string}}, default: {}}
  return: {type: string}
  source: {code: "SELECT concat($number, $share, $text, $day, $many, $one)"}
"""


class Site:
    """A project ``demo`` with profile ``dev`` in ``folder``, and a tool ``whoami`` and one ``admin_only``."""

    def __init__(self, folder: Path, auth: Mapping[str, Any] | None = None, **transport: Any) -> None:
        self.folder = folder
        self.project = folder / "project"
        self.project.mkdir(parents=True)
        self.config = folder / "config.yml"
        self.environ = {"HOME": str(folder), "MXCP_CONFIG": str(self.config), "GITHUB_CLIENT_SECRET": CLIENT_SECRET}
        self.write("mxcp-site.yml", "mxcp: 1\nproject: demo\nprofile: dev\n")
        self.write("tools/whoami.yml", WHOAMI)
        self.write("tools/admin_only.yml", ADMIN)
        self.configure(github_auth() if auth is None else auth, **transport)

    def write(self, name: str, text: str) -> Path:
        """Write a file of the project."""
        path = self.project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def configure(self, auth: Mapping[str, Any], **transport: Any) -> None:
        """Write the user file. JSON is YAML."""
        document = {"projects": {"demo": {"profiles": {"dev": {"auth": dict(auth)}}}}, "transport": {"http": transport}}
        self.config.write_text(json.dumps(document), encoding="utf-8")

    def settings(self) -> Settings:
        """Return the settings, loaded from the files."""
        return load_settings(self.project, self.environ)

    def app(self, clock: Clock | None = None) -> Flask:
        """Return the application."""
        app = create_app(self.settings(), clock=clock or Clock())
        app.testing = False  # errors must meet the handlers that people meet
        return app


def github_auth(**more: Any) -> dict[str, Any]:
    """Return an auth section that signs people in with GitHub."""
    github = {"client_id": CLIENT_ID, "client_secret": "${GITHUB_CLIENT_SECRET}"}
    return {"provider": "github", "github": github, **more}


def auth_at(provider: str, **more: Any) -> dict[str, Any]:
    """Return an auth section that signs people in with ``provider``, by its defaults."""
    return {"provider": provider, provider: {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}, **more}
