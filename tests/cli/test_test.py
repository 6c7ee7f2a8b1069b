"""``mxcp test``."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.cli.conftest import Mxcp
from tests.support.site import WHOAMI, Site

BROKEN = "mxcp: 1\ntool:\n  name: broken\n  return: {type: strin}\n  source: {code: SELECT 1}\n"
GOOD = "{name: nobody, arguments: [], result: ''}"
BAD = "{name: wrong, arguments: [], result: ada}"
MINE = "{name: mine, arguments: [], user_context: {username: bo}, result: bo}"
RESOURCE = """\
mxcp: 1
resource:
  uri: lib://books/{id}
  parameters: [{name: id, type: integer}]
  return: {type: integer}
  source: {code: "SELECT $id + 1"}
  tests: [{name: next, arguments: [{key: id, value: 4}], result: 5}]
"""
PROMPT = """\
mxcp: 1
prompt:
  name: letter
  parameters: [{name: who, type: string}]
  messages: [{prompt: "Dear {{ who }}"}]
  tests: [{name: who, arguments: [{key: who, value: Ada}], result_contains_text: Dear Ada}]
"""


def with_tests(site: Site, *cases: str) -> None:
    """Give the tool whoami these tests."""
    site.write("tools/whoami.yml", f"{WHOAMI}  tests: [{', '.join(cases)}]\n")


def report(mxcp: Mxcp, *arguments: str) -> Any:
    """Run ``mxcp test`` with --json-output, and return its result; statuses and exit code must agree."""
    result = mxcp("test", *arguments, "--json-output")
    answer = json.loads(result.stdout)
    passed = answer["result"]["status"] == "ok"
    assert result.exit_code == (0 if passed else 1)
    assert answer["status"] == ("ok" if passed else "error")
    return answer["result"]


def test_all_that_have_tests_are_tested(mxcp: Mxcp, site: Site) -> None:
    """Tools, resources and prompts with tests must be in the report, in this order, and no others."""
    with_tests(site, GOOD, MINE)
    site.write("resources/book.yml", RESOURCE)
    site.write("prompts/letter.yml", PROMPT)

    result = report(mxcp)

    assert (result["status"], result["tests_run"]) == ("ok", 4)
    names = [entry["endpoint"] for entry in result["endpoints"]]
    assert names == ["tool/whoami", "resource/lib://books/{id}", "prompt/letter"]


def test_a_failure_is_exit_code_1(mxcp: Mxcp, site: Site) -> None:
    """One test that fails among others must decide, and be told with its reason."""
    with_tests(site, GOOD, BAD)

    result = mxcp("test")

    assert result.exit_code == 1
    assert "  ok     nobody" in result.stdout
    assert "  FAILED wrong" in result.stdout
    assert result.stdout.endswith("1 passed, 1 failed, 0 with errors\n")
    assert result.stderr == '  wrong: result: expected "ada", got ""\n'


def test_a_failure_in_json(mxcp: Mxcp, site: Site) -> None:
    """The JSON must have each test's status and error."""
    with_tests(site, GOOD, BAD)

    result = report(mxcp)

    (entry,) = result["endpoints"]
    assert result["status"] == entry["test_results"]["status"] == "failed"
    assert [test["status"] for test in entry["test_results"]["tests"]] == ["passed", "failed"]


def test_a_file_that_cannot_be_loaded_is_an_error(mxcp: Mxcp, site: Site) -> None:
    """A broken file must not pass unseen, although its tests cannot be read."""
    with_tests(site, GOOD)
    site.write("tools/broken.yml", BROKEN)

    text, result = mxcp("test"), report(mxcp)

    assert text.exit_code == 1
    assert "tool.return.type" in text.stderr
    assert text.stdout.endswith("1 passed, 0 failed, 0 with errors, 1 file cannot be loaded\n")
    assert (result["status"], result["tests_run"]) == ("error", 1)


def test_one_endpoint_is_tested(mxcp: Mxcp, site: Site) -> None:
    """With type and name only that endpoint must count; one without tests passes."""
    with_tests(site, BAD)
    site.write("tools/broken.yml", BROKEN)
    site.write("resources/book.yml", RESOURCE)

    assert report(mxcp, "resource", "lib://books/{id}")["tests_run"] == 1
    assert report(mxcp, "tool", "admin_only")["endpoints"][0]["test_results"]["no_tests"]
    assert report(mxcp, "tool", "whoami")["status"] == "failed"


def test_the_operator_s_context_goes_first(mxcp: Mxcp, site: Site) -> None:
    """--user-context must take the place of the tests' own."""
    with_tests(site, MINE, BAD)

    statuses = [
        test["status"] for test in report(mxcp, "-u", '{"username": "ada"}')["endpoints"][0]["test_results"]["tests"]
    ]

    assert statuses == ["failed", "passed"]


@pytest.mark.parametrize(
    ("arguments", "code"), [(["tool"], 2), (["table", "x"], 2), (["tool", "nope"], 1), (["-u", "x"], 1)]
)
def test_what_cannot_be_tested(mxcp: Mxcp, arguments: list[str], code: int) -> None:
    """A type without a name is wrong usage; an unknown name and an odd context are errors."""
    assert mxcp("test", *arguments).exit_code == code


def test_without_tests_nothing_fails(mxcp: Mxcp) -> None:
    """A project without tests must say so, with exit code 0."""
    result = mxcp("test")

    assert result.exit_code == 0
    assert result.stdout.startswith("There are no tests.\n")
