"""``mxcp run``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Mxcp
from tests.support.site import COMPOUND, Site

ODD = """\
mxcp: 1
tool:
  name: odd
  return: {type: integer}
  source: {code: SELECT 'x'}
"""


def test_a_text_is_printed_as_it_is(mxcp: Mxcp) -> None:
    """A result that is a text must be printed without quotes, and as whom it ran."""
    result = mxcp("run", "tool", "whoami", "--user-context", '{"username": "ada"}')

    assert result.exit_code == 0
    assert result.stdout == "ada\n"


def test_json_has_status_and_result(mxcp: Mxcp) -> None:
    """--json-output must print status and result."""
    result = mxcp("run", "tool", "whoami", "--json-output")

    assert result.exit_code == 0
    assert json.loads(result.stdout) == {"status": "ok", "result": ""}


def test_scopes_do_not_apply(mxcp: Mxcp) -> None:
    """The operator must be able to run what clients need a scope for."""
    assert mxcp("run", "tool", "admin_only", "-u", '{"username": "ada"}').stdout == "hello ada\n"


def test_parameters_mean_values(mxcp: Mxcp, site: Site, tmp_path: Path) -> None:
    """Texts must be read as the declared types, and files be JSON."""
    sql = "SELECT to_json([$number::VARCHAR, $share::VARCHAR, $text, $day::VARCHAR, $many::VARCHAR, $one.a])::VARCHAR"
    concat = "SELECT concat($number, $share, $text, $day, $many, $one)"
    site.write("tools/compound.yml", COMPOUND.replace(concat, sql))
    file = tmp_path / "one.json"
    file.write_text('{"a": "b"}')
    given = ["-p", "number=7", "-p", "share=1.5", "-p", "text=5", "-p", "many=[1, 2]", "-p", f"one=@{file}"]

    result = mxcp("run", "tool", "compound", *given)

    assert json.loads(result.stdout) == ["7", "1.5", "5", "2026-07-28", "[1, 2]", "b"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["tool", "nope"], "There is no tool nope here. Known: admin_only, "),
        (["prompt", "whoami"], "There is no prompt whoami here. Known: none."),
        (["tool", "whoami", "-p", "x=1"], '"x" is not an argument of whoami'),
        (["tool", "whoami", "-u", "ada"], "The user context cannot be used: it is not JSON"),
        (["tool", "whoami", "-u", "@none.json"], "Cannot read none.json: No such file or directory."),
        (["tool", "odd"], "does not fit the declared return type"),
        (["tool", "broken"], "The tool broken cannot be loaded: "),
    ],
)
def test_a_failure_is_told(mxcp: Mxcp, site: Site, arguments: list[str], said: str) -> None:
    """What fails must be exit code 1 and a message, as text and as JSON."""
    site.write("tools/odd.yml", ODD)
    site.write("tools/broken.yml", ODD.replace("odd", "broken").replace("integer", "int"))

    text, as_json = mxcp("run", *arguments), mxcp("run", *arguments, "--json-output")

    assert (text.exit_code, text.stdout) == (1, "")
    assert said in text.stderr
    assert as_json.exit_code == 1
    answer = json.loads(as_json.stdout)
    assert answer.keys() == {"status", "error"}
    assert said in answer["error"]


def test_the_result_may_go_unchecked(mxcp: Mxcp, site: Site) -> None:
    """--skip-output-validation must print what the SQL returned."""
    site.write("tools/odd.yml", ODD)

    assert mxcp("run", "tool", "odd", "--skip-output-validation").stdout == "x\n"


@pytest.mark.parametrize("arguments", [[], ["tool"], ["table", "x"], ["tool", "whoami", "-p", "x"]])
def test_wrong_usage(mxcp: Mxcp, arguments: list[str]) -> None:
    """A missing name, an unknown type and a parameter without value must be exit code 2."""
    assert mxcp("run", *arguments).exit_code == 2


def test_it_works_in_a_folder_below(mxcp: Mxcp, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Anywhere in the project the project must be found."""
    monkeypatch.chdir(site.project / "tools")

    assert mxcp("run", "tool", "whoami", MXCP_PROJECT=None).exit_code == 0


def test_no_value_moves_the_cursor(mxcp: Mxcp, site: Site) -> None:
    """A text with control characters must be printed without them."""
    site.write("tools/odd.yml", ODD.replace("integer", "string").replace("'x'", "'a' || chr(27) || chr(10) || 'b'"))

    assert mxcp("run", "tool", "odd").stdout == "a\ufffd\nb\n"


@pytest.mark.parametrize("command", [["run", "tool", "odd"], ["query", "SELECT * FROM range(9)"]])
def test_a_cut_result_is_told(mxcp: Mxcp, site: Site, command: list[str]) -> None:
    """When there are more rows than max_rows, that must be a warning, and in the JSON too."""
    site.write("tools/odd.yml", "mxcp: 1\ntool: {name: odd, source: {code: SELECT * FROM range(9)}}\n")
    site.write("mxcp-site.yml", "mxcp: 1\nproject: demo\nprofile: dev\nprofiles: {dev: {duckdb: {max_rows: 5}}}\n")

    text, as_json = mxcp(*command), mxcp(*command, "--json-output")

    assert text.exit_code == as_json.exit_code == 0
    assert text.stderr.startswith("warning: there are more than these 5 rows")
    assert as_json.stderr == ""
    assert json.loads(as_json.stdout)["cut"] == {"rows": 5}
