"""``mxcp run`` of resources, prompts, content, and of what asks its client."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.cli.conftest import Mxcp
from tests.cli.test_test import PROMPT, RESOURCE
from tests.support.site import Site

PAGE = """\
mxcp: 1
tool:
  name: page
  content: true
  source: {code: "SELECT 'text' AS type, 'hello' AS text UNION ALL SELECT 'text', 'again'"}
"""
ASKING = """\
mxcp: 1
tool:
  name: asking
  input_requests:
    - name: form
      elicitation: {message: 'Which?', properties: {size: {type: integer, minimum: 1}}, required: [size]}
  return: {type: string}
  source: {code: "SELECT 'size ' || ($form::JSON ->> 'size')"}
"""


@pytest.fixture(autouse=True)
def _endpoints(site: Site) -> None:
    """Give the project one endpoint of each kind."""
    site.write("resources/book.yml", RESOURCE)
    site.write("prompts/letter.yml", PROMPT)
    site.write("tools/page.yml", PAGE)
    site.write("tools/asking.yml", ASKING)


def result_of(mxcp: Mxcp, *arguments: str) -> Any:
    """Run ``mxcp run`` with --json-output, which must succeed, and return its result."""
    ended = mxcp("run", *arguments, "--json-output")
    assert ended.exit_code == 0, ended.output
    return json.loads(ended.stdout)["result"]


def test_a_resource_has_a_uri_or_parameters(mxcp: Mxcp) -> None:
    """A resource must be found by its template with parameters, and by a URI that fits the template."""
    assert result_of(mxcp, "resource", "lib://books/{id}", "-p", "id=4") == 5
    assert result_of(mxcp, "resource", "lib://books/4") == 5


def test_a_uri_and_a_parameter_may_not_differ(mxcp: Mxcp) -> None:
    """A variable that the URI gives must not be given again."""
    ended = mxcp("run", "resource", "lib://books/4", "-p", "id=5")

    assert ended.exit_code == 2
    assert "The URI gives id already" in ended.stderr


@pytest.mark.parametrize("uri", ["lib://books/four", "lib://books/1/2", "lib://books"])
def test_a_uri_that_does_not_fit_is_an_error(mxcp: Mxcp, uri: str) -> None:
    """A URI of another form, and a variable of another type, must be exit code 1."""
    assert mxcp("run", "resource", uri).exit_code == 1


def test_a_prompt_is_filled_in(mxcp: Mxcp) -> None:
    """A prompt must give its messages in upstream's shape."""
    assert result_of(mxcp, "prompt", "letter", "-p", "who=Ada") == [
        {"role": "user", "type": "text", "prompt": "Dear Ada"}
    ]


def test_content_is_blocks(mxcp: Mxcp) -> None:
    """Rows that are content must be the blocks that clients get."""
    assert [block["text"] for block in result_of(mxcp, "tool", "page")] == ["hello", "again"]


def test_an_answer_is_a_parameter(mxcp: Mxcp) -> None:
    """What a client would be asked for must be given as JSON, and fit the form."""
    assert result_of(mxcp, "tool", "asking", "-p", 'form={"size": 4}') == "size 4"

    for given in ([], ["-p", "form=4x"]):
        refused = mxcp("run", "tool", "asking", *given)
        assert refused.exit_code == 1
        assert "asking asks its client for input: form." in refused.stderr
    assert "form.size: must be at least 1" in mxcp("run", "tool", "asking", "-p", 'form={"size": 0}').stderr
