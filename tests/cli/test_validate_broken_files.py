"""Tests of mxcp validate on broken files: it prints file, line, place and fix."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import Mxcp
from tests.endpoints.test_broken_files import FILES
from tests.support.site import Site

SHOWN = ("sql_unused", "sql_undeclared", "sql_syntax", "uri_brace", "variable", "request_round", "content_and_return")


@pytest.mark.parametrize("name", SHOWN)
def test_validate_says_what_to_change(mxcp: Mxcp, site: Site, name: str) -> None:
    """A broken file is an error with its place, as text and as JSON, and the exit code says so."""
    path, broken = site.write("tools/tried.yml", FILES[name].text), FILES[name]

    told = mxcp("validate", str(path))
    report = json.loads(mxcp("validate", "--json-output").stdout)

    assert told.exit_code == 1
    assert f"error: {path}:{broken.line}: {broken.where}: " in told.stderr
    assert broken.fix in told.stderr
    [error] = report["result"]["errors"]
    assert (error["line"], error["where"], broken.fix in error["message"]) == (broken.line, broken.where, True)
