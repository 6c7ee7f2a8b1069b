"""The floors of the house, as a table; a file without a row fails."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import mxcp_flask

ROOT = Path(mxcp_flask.__file__).parent
PLAIN = {"__init__", "errors", "digests", "redirect_uris", "records", "documents", "logs", "host", "meter", "visible"}
GROUND = PLAIN | {"folder_locks", "outbound", "patience", "request_options"}
LOWER = GROUND | {"endpoints", "engine", "store", "providers"}

# What a part may import of this package, besides itself.
MAY_IMPORT: dict[str, set[str]] = {
    "__init__": set(),
    "errors": set(),
    "digests": set(),
    "folder_locks": set(),
    "logs": {"errors", "folder_locks"},
    "redirect_uris": set(),
    "request_options": {"redirect_uris"},
    "records": {"digests", "redirect_uris"},
    "documents": {"errors"},
    "patience": {"errors", "logs"},
    "host": set(),
    "meter": set(),
    "visible": set(),
    "outbound": {"errors", "patience"},
    "endpoints": GROUND,
    "engine": GROUND,
    "store": GROUND,
    "providers": GROUND,
    "remote": GROUND | {"store"},
    "metrics": GROUND,
    "config": LOWER,
    "oauth": LOWER,
    "mcp": LOWER,
    "web": LOWER | {"config", "oauth", "mcp"},
    "app": LOWER | {"config", "oauth", "mcp", "web", "metrics"},
    "cli": LOWER | {"config", "oauth", "mcp", "web", "app", "demo", "metrics", "remote"},
    "demo": GROUND | {"engine"},
}

# Who may import a library. One that is not named here may be imported by nobody.
LIBRARIES: dict[str, set[str]] = {
    "flask": {"web", "app", "cli", "demo"},
    "werkzeug": {"web", "demo"},
    "authlib": {"records", "oauth", "web"},
    "requests": {"providers", "demo", "remote", "request_options"},
    "itsdangerous": {"mcp", "web"},
    "urllib3": {"outbound"},
    "certifi": {"outbound"},
    "marshmallow": {"config", "endpoints"},
    "yaml": {"documents"},
    "duckdb": {"engine"},
    "fsspec": {"engine"},
    "sqlite3": {"store"},
    "psycopg": {"store"},
    "cryptography": {"store"},
    "jsonschema": {"endpoints"},
    "jinja2": {"endpoints"},
    "click": {"cli"},
    "prometheus_client": {"metrics"},
    "gunicorn": {"cli"},
}


def part_of(path: Path, root: Path = ROOT) -> str:
    """Return the row of the table that ``path`` belongs to."""
    first = path.relative_to(root).parts[0]
    return first.removesuffix(".py")


def imports_of(source: str) -> Iterator[str]:
    """Give the dotted name of everything that ``source`` imports, wherever in it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports are not used"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def faults_of(part: str, source: str, standard: frozenset[str]) -> list[str]:
    """Return what ``source``, a file of ``part``, imports against the tables."""
    faults = []
    for name in imports_of(source):
        top, *below = name.split(".")
        if top == "mxcp_flask":
            target = below[0] if below and below[0] in MAY_IMPORT else "__init__"
            fault = target != part and target not in MAY_IMPORT[part] | {"__init__"}
        elif top in LIBRARIES:
            fault = part not in LIBRARIES[top]
        else:
            fault = top not in standard
        if fault:
            faults.append(name)
    return faults


FILES = sorted(path for path in ROOT.rglob("*.py") if "demo/project" not in path.as_posix())


@pytest.fixture(scope="module")
def standard() -> frozenset[str]:
    """Return the names of the standard library, less those that have a row."""
    import sys

    return frozenset(sys.stdlib_module_names) - LIBRARIES.keys()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_file_imports_from_floors_below(path: Path, standard: frozenset[str]) -> None:
    """A file imports only what its part may."""
    assert faults_of(part_of(path), path.read_text(encoding="utf-8"), standard) == []


def test_every_part_has_a_row() -> None:
    """The table names the parts that exist, and no other."""
    assert {part_of(path) for path in FILES} == MAY_IMPORT.keys()


def test_floors_have_no_cycle() -> None:
    """No part may be reached from what it may import."""
    for part in MAY_IMPORT:
        seen, todo = set[str](), set(MAY_IMPORT[part])
        while todo:
            new = todo.pop()
            seen.add(new)
            todo |= MAY_IMPORT[new] - seen
        assert part not in seen - {"__init__"}, part


@pytest.mark.parametrize(
    ("part", "source"),
    [
        ("store", "import flask"),
        ("oauth", "from mxcp_flask.mcp import McpServer"),
        ("mcp", "def f():\n    from mxcp_flask import oauth"),
        ("store", "from mxcp_flask.providers.base import ProviderSettings"),
        ("engine", "from mxcp_flask.config.model import Settings"),
        ("web", "import duckdb"),
        ("endpoints", "import yaml.nodes"),
        ("config", "import click"),
        ("web", "import orjson"),
        ("oauth", "import sqlite3"),
    ],
)
def test_planted_violation_is_seen(part: str, source: str, standard: frozenset[str]) -> None:
    """An import that the tables do not allow is found, wherever it stands."""
    assert faults_of(part, source, standard) != []


def test_file_without_a_row_fails(tmp_path: Path) -> None:
    """A new part must be given a row."""
    assert part_of(tmp_path / "brand_new.py", tmp_path) not in MAY_IMPORT
