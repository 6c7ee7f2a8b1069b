"""Tests of the keys that have no effect where they stand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.endpoints.helpers import load_text

TOOL = "mxcp: 1\ntool:\n  name: t\n  source: {code: SELECT 1}\n"


@pytest.mark.parametrize(
    ("text", "where", "part"),
    [
        (
            TOOL + "  parameters: [{name: a, type: string, completion: SELECT 1}]\n",
            "tool.parameters.0.completion",
            "prompts and resources",
        ),
        (TOOL + "  tests: [{name: x, arguments: [{key: b, value: 1}]}]\n", "tool.tests.0.arguments.0.key", "none"),
        (
            "mxcp: 1\nprompt: {name: p, messages: [{prompt: Hi, uri: 'a://b'}]}\n",
            "prompt.messages.0.uri",
            "message of type text",
        ),
        (
            "mxcp: 1\nresource: {uri: 'a://b', colour: red, source: {code: SELECT 1}}\n",
            "resource.colour",
            "is not a known key",
        ),
        ("mxcp: 1\nprompt: {name: p, messages: [{prompt: Hi, rol: user}]}\n", "prompt.messages.0.rol", "mean role?"),
        (
            TOOL
            + "  input_requests: [{name: a, elicitation: {message: b, properties: {c: {type: string, tip: d}}}}]\n",
            "tool.input_requests.0.elicitation.properties.c.tip",
            "is not a known key",
        ),
        (TOOL + "  tests: [{name: x, arguments: [], retries: 3}]\n", "tool.tests.0.retries", "is not a known key"),
    ],
)
def test_idle_keys(tmp_path: Path, text: str, where: str, part: str) -> None:
    """A key without effect is a warning with its place, and the endpoint is served."""
    catalogue = load_text(tmp_path, text)

    assert catalogue.faults == ()
    assert [w.where for w in catalogue.warnings] == [where]
    assert part in catalogue.warnings[0].message
    assert catalogue.tools or catalogue.resources or catalogue.prompts
