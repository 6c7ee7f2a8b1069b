"""``mxcp call``, to a server that asks nobody to sign in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from mxcp_flask.demo import servers
from tests.flows.test_input_requests import BOOK
from tests.support import terminal
from tests.support.site import Site
from tests.support.terminal import Person

ROWS = """\
mxcp: 1
tool:
  name: rows
  description: Rows
  parameters: [{name: n, type: integer, default: 2}]
  source: {code: "SELECT range AS a FROM range($n)"}
"""
ADDED = """\
mxcp: 1
tool:
  name: added
  description: Adds up
  parameters: [{name: number, type: integer}, {name: many, type: array, items: {type: integer}}]
  return: {type: string}
  source: {code: "SELECT 'sum: ' || ($number + list_sum($many))"}
"""
FAILING = """\
mxcp: 1
tool:
  name: failing
  description: Fails
  source: {code: "SELECT error('what is \\u001b[31mred\\u001b[0m')"}
"""
PICTURE = """\
mxcp: 1
tool:
  name: picture
  description: A picture
  content: true
  source: {code: "SELECT 'text' AS type, 'a dot' AS text UNION ALL SELECT 'text', 'another'"}
"""
STEPS = """\
mxcp: 1
tool:
  name: steps
  description: Takes two steps
  steps: [Counting, Summing]
  return: {type: integer}
  source: {code: "SELECT 1; SELECT 42"}
"""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve a project."""
    site = Site(tmp_path_factory.mktemp("site"), {"provider": "none"})
    tools = {"book": BOOK, "rows": ROWS, "failing": FAILING, "picture": PICTURE, "steps": STEPS, "added": ADDED}
    for name, text in tools.items():
        site.write(f"tools/{name}.yml", text)
    with servers.serve_app(site.app()) as base:
        yield f"{base}/mcp"


@pytest.fixture
def someone(url: str, tmp_path: Path) -> Person:
    """Return somebody who is nowhere near the project, and knows the server's URL."""
    return terminal.person(tmp_path / "someone", MXCP_URL=url)


def test_results_are_printed_as_run_does(someone: Person) -> None:
    """Texts must be printed as they are, other values as JSON, and parameters be read by the server."""
    assert someone.mxcp("call", "rows", "-p", "n=1").stdout == '[\n  {\n    "a": 0\n  }\n]\n'
    assert someone.mxcp("call", "added", "-p", "number=5", "-p", "many=[1, 2]").output == "sum: 8\n"
    answer = json.loads(someone.mxcp("call", "picture", "--json-output").stdout)
    assert answer["status"] == "ok"
    assert [block["text"] for block in answer["result"]] == ["a dot", "another"]


def test_the_tools_are_listed(someone: Person) -> None:
    """Without a name the tools must be listed, with their parameters."""
    text = someone.mxcp("call").stdout
    assert "rows                         Rows\n  -p n=integer\n" in text
    listed = json.loads(someone.mxcp("call", "--json-output").stdout)["result"]["tools"]
    assert {"rows", "book"} <= {tool["name"] for tool in listed}


def test_a_tool_that_fails(someone: Person) -> None:
    """Its words must be an error, and none of them a command to the terminal."""
    failed = someone.mxcp("call", "failing")

    assert failed.exit_code == 1
    assert "what is" in failed.stderr
    assert "\x1b" not in failed.stderr
    assert json.loads(someone.mxcp("call", "failing", "--json-output").stdout)["status"] == "error"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nothing"], "nothing was not called: "),
        (["rows", "-p", "n=many"], "n: "),
        (["rows", "-p", "m=1"], '"m" is not an argument of rows'),
        (["rows", "-p", "n"], "is not NAME=VALUE"),
        (["rows", "--url", "nonsense"], "That is no URL of a server"),
        (["rows", "--url", "http://127.0.0.1:1"], "connection refused"),
    ],
)
def test_what_cannot_be_called(someone: Person, arguments: list[str], said: str) -> None:
    """Each refusal must say what is wrong."""
    refused = someone.mxcp("call", *arguments)

    assert refused.exit_code in {1, 2}
    assert said in refused.stderr


def test_a_tool_that_asks_needs_a_terminal_or_an_answer(someone: Person) -> None:
    """Without a terminal the question must be told, and how to answer it; an answer must do."""
    refused = someone.mxcp("call", "book", "-p", "night=2026-07-28")
    assert refused.exit_code == 1
    assert "agreed: Book 2026-07-28 for good?" in refused.stderr
    assert "--answer agreed=" in refused.stderr

    done = someone.mxcp("call", "book", "-p", "night=2026-07-28", "--answer", 'agreed={"sure": true, "note": "now"}')
    assert done.stdout == " 2026-07-28 now\n"
    assert someone.mxcp("call", "book", "-p", "night=2026-07-28", "--answer", "agreed=yes").exit_code == 2


@pytest.mark.slow
def test_a_tool_asks_at_the_terminal(someone: Person) -> None:
    """The question must be asked with its fields, again where an answer does not fit, and the result follow."""
    shown = someone.at_terminal(["call", "book", "-p", "night=2026-07-28"], "perhaps\nyes\nat last\n")

    assert shown.code == 0, shown.text
    assert "asks: Book 2026-07-28 for good?" in shown.text
    assert "'perhaps' is not a valid boolean" in shown.text
    assert "note, may be empty" in shown.text
    assert shown.text.endswith(" 2026-07-28 at last\r\n")


@pytest.mark.slow
def test_progress_is_shown_at_the_terminal(someone: Person) -> None:
    """What the server tells of its steps must be a bar, and its output stay as it is."""
    shown = someone.at_terminal(["call", "steps"])

    assert "Counting" in shown.text
    assert "100%" in shown.text
    assert shown.text.endswith("42\r\n")
    assert someone.mxcp("call", "steps").output == "42\n"
