"""Every type, format and constraint over ``mxcp run``."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import Mxcp
from tests.endpoints.test_type_matrix import endpoint_file
from tests.endpoints.type_matrix import MATRIX, Case, as_text
from tests.support.site import Site

every_case = pytest.mark.parametrize("case", MATRIX, ids=lambda case: case.name)


@pytest.fixture
def site(site: Site) -> Site:
    """Return a project without tools."""
    for file in (site.project / "tools").iterdir():
        file.unlink()
    return site


@every_case
def test_a_good_value_comes_back(mxcp: Mxcp, site: Site, case: Case) -> None:
    """The good value, as text and as JSON from a file, must go through DuckDB and come back."""
    site.write(f"tools/{case.name}.yml", json.dumps(endpoint_file(case)))
    file = site.write("value.json", json.dumps(case.good))

    for given in (as_text(case.good), f"@{file}"):
        ended = mxcp("run", "tool", case.name, "-p", f"value={given}", "--json-output")
        assert ended.exit_code == 0, ended.output
        assert json.loads(ended.stdout) == {"status": "ok", "result": {"value": case.expected}}


@every_case
def test_a_bad_value_is_refused(mxcp: Mxcp, site: Site, case: Case) -> None:
    """The bad value must be exit code 1, with words that say what would be right."""
    site.write(f"tools/{case.name}.yml", json.dumps(endpoint_file(case)))
    file = site.write("value.json", json.dumps(case.bad))
    as_json = mxcp("run", "tool", case.name, "-p", f"value=@{file}", "--json-output")

    assert as_json.exit_code == 1
    assert case.fragment in json.loads(as_json.stdout)["error"]
    if case.bad_as_text:
        ended = mxcp("run", "tool", case.name, "-p", f"value={as_text(case.bad)}")
        assert (ended.exit_code, ended.stdout) == (1, "")
        assert "Invalid arguments: " in ended.stderr
