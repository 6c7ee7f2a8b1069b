"""``mxcp list``."""

from __future__ import annotations

import json

from tests.cli.conftest import Mxcp
from tests.cli.test_validate import BROKEN
from tests.support.site import Site


def test_list_shows_kind_name_and_path(mxcp: Mxcp, site: Site) -> None:
    """Every endpoint file must be a line, in the order of paths, and a broken one marked."""
    site.write("tools/broken.yml", BROKEN)

    result = mxcp("list")

    assert result.exit_code == 0
    *lines, count = result.stdout.splitlines()
    tools = site.project / "tools"
    assert [line.split() for line in lines] == [
        ["tool", "admin_only", str(tools / "admin_only.yml")],
        ["tool", "broken", str(tools / "broken.yml"), "ERROR"],
        ["tool", "whoami", str(tools / "whoami.yml")],
    ]
    assert count == "3 endpoints"


def test_list_as_json(mxcp: Mxcp, site: Site) -> None:
    """The JSON must have each endpoint's path, kind and name, and its error or null."""
    path = site.write("tools/broken.yml", BROKEN)

    result = mxcp("list", "--json-output")

    assert result.exit_code == 0
    answer = json.loads(result.stdout)
    endpoints = {entry.pop("name"): entry for entry in answer["result"]["endpoints"]}
    assert answer["status"] == "ok"
    assert endpoints["whoami"] == {"path": str(site.project / "tools/whoami.yml"), "kind": "tool", "error": None}
    assert endpoints["broken"]["path"] == str(path)
    assert endpoints["broken"]["error"]


def test_list_counts_one(mxcp: Mxcp, site: Site) -> None:
    """What is switched off must not be listed."""
    site.write("tools/admin_only.yml", "mxcp: 1\ntool: {name: admin_only, enabled: false, source: {code: SELECT 1}}\n")

    assert mxcp("list").stdout.endswith("\n1 endpoint\n")


def test_list_shows_what_is_no_yaml(mxcp: Mxcp, site: Site) -> None:
    """A file that looks like an endpoint but cannot be parsed must be listed with its error, its kind unknown."""
    path = site.write("tools/broken.yml", "mxcp: 1\ntool: {name: [\n")

    endpoints = json.loads(mxcp("list", "--json-output").stdout)["result"]["endpoints"]

    (entry,) = [entry for entry in endpoints if entry["path"] == str(path)]
    assert (entry["kind"], entry["name"]) == ("unknown", "")
    assert "line 3" in entry["error"]
