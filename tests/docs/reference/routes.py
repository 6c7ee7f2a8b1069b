"""Flask's URL map becomes a table."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from flask import Flask

from mxcp_flask.app import create_app
from mxcp_flask.config import load_settings
from mxcp_flask.providers import PROVIDERS
from tests.docs.reference.words import Words

_USER_FILE = """\
mxcp: 1
metrics: {{enabled: true}}
projects:
  reference: {{profiles: {{dev: {{auth: {{provider: {name}, {name}: {{client_id: x, client_secret: y}}}}}}}}}}
"""


def table(words: Words) -> str:
    """Return the table of all routes that a server can have."""
    rows = [f"| `{rule}` | {methods} | {words.find([rule], 'says')} |\n" for rule, methods in known().items()]
    return "| path | methods | |\n|---|---|---|\n" + "".join(rows)


def known() -> Mapping[str, str]:
    """Return the methods of each path, over servers with each of the providers, in the order of the paths."""
    found: dict[str, set[str]] = {}
    for name in PROVIDERS:
        for rule in _app(name).url_map.iter_rules():
            found.setdefault(rule.rule, set()).update(rule.methods or ())
    return {path: _words(methods - {"HEAD", "OPTIONS"}) for path, methods in sorted(found.items())}


def _words(methods: set[str]) -> str:
    return "any" if "DELETE" in methods else ", ".join(sorted(methods))


def _app(provider: str) -> Flask:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "mxcp-site.yml").write_text("mxcp: 1\nproject: reference\nprofile: dev\n")
        config = folder / "config.yml"
        config.write_text(_USER_FILE.format(name=provider))
        app = create_app(load_settings(folder, {"MXCP_CONFIG": str(config), "HOME": name}))
        app.extensions["mxcp"].database.close()
    return app
