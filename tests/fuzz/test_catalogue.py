"""Endpoint files: whatever they say, the catalogue names the fault or has an endpoint that can be listed and called."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from mxcp_flask.endpoints.arguments import bind
from mxcp_flask.endpoints.catalogue import Catalogue, load_catalogue
from mxcp_flask.endpoints.model import Endpoint
from mxcp_flask.errors import ArgumentsInvalid
from mxcp_flask.mcp.json_text import encode
from mxcp_flask.mcp.listing import listings
from tests.fuzz.changes import Alteration, alterations, altered
from tests.fuzz.effort import examples
from tests.fuzz.texts import json_values, texts

FILE: dict[str, Any] = {
    "mxcp": 1,
    "tool": {
        "name": "tried",
        "title": "Tried",
        "description": "Tries",
        "tags": ["a"],
        "annotations": {"title": "T", "readOnlyHint": True},
        "required_scopes": ["mxcp:admin"],
        "parameters": [
            {
                "name": "top",
                "type": "integer",
                "default": 5,
                "minimum": 1,
                "maximum": 50,
                "examples": [1],
                "enum": [5, 6],
            },
            {"name": "when", "type": "string", "format": "date", "default": "2026-07-28"},
            {"name": "like", "type": "string", "pattern": "^a+$", "minLength": 1, "maxLength": 9, "sensitive": True},
            {"name": "share", "type": "number", "exclusiveMinimum": 0, "multipleOf": 0.5, "default": None},
            {"name": "many", "type": "array", "items": {"type": "boolean"}, "minItems": 1, "uniqueItems": True},
            {"name": "one", "type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]},
        ],
        "return": {"type": "array", "items": {"type": "object", "properties": {"id": {"type": "integer"}}}},
        "source": {"code": "SELECT 1"},
    },
}
RESOURCE: dict[str, Any] = {
    "mxcp": "1.0.0",
    "resource": {
        "uri": "shop://order/{id}",
        "name": "order",
        "mime_type": "application/json",
        "parameters": [{"name": "id", "type": "integer", "completion": "SELECT 1"}],
        "input_requests": [
            {"name": "sure", "elicitation": {"message": "Show {{ id }}?", "properties": {"why": {"type": "string"}}}},
            {"name": "view", "round": 2, "sampling": {"prompt": "Is {{ sure.why }} right?", "max_tokens": 9}},
        ],
        "tests": [{"name": "one", "arguments": [{"key": "id", "value": 1}], "result_contains": {"id": 1}}],
        "return": {"type": "object", "properties": {"id": {"type": "integer"}}},
        "source": {"code": "SELECT 1"},
    },
}
PROMPT: dict[str, Any] = {
    "mxcp": 1,
    "prompt": {
        "name": "pitch",
        "parameters": [{"name": "who", "type": "string", "default": "you"}],
        "messages": [
            {"role": "system", "type": "text", "prompt": "Write to {{ who }}."},
            {"type": "resource", "uri": "a://{{ who }}", "prompt": "x", "mime_type": "text/plain"},
            {"role": "assistant", "type": "resource_link", "uri": "a://b", "name": "{{ who }}"},
        ],
    },
}
WORDS = texts | st.sampled_from(
    (
        *("string", "integer", "number", "boolean", "array", "object", "date", "timestamp", "duration", "uri", "email"),
        *(
            "default",
            "enum",
            "required_scope",
            "policies",
            "enabled",
            "items",
            "properties",
            "(",
            "a{99999}",
            "\\",
            "/x.sql",
        ),
        *("../x.sql", "tool", "resource", "1.0.0", "${HOME}"),
    )
)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project's folder."""
    return tmp_path_factory.mktemp("catalogue")


@examples(120)
@given(
    file=st.sampled_from((FILE, FILE, RESOURCE, PROMPT)),
    made=alterations(words=WORDS),
    arguments=st.dictionaries(texts, json_values, max_size=2),
)
def test_altered_file(project: Path, file: dict[str, Any], made: list[Alteration], arguments: dict[str, Any]) -> None:
    """A file has faults, each of which can be shown, or it is an endpoint that every revision can list."""
    (project / "tried.yml").write_text(json.dumps(altered(file, made)), encoding="utf-8")

    check(load_catalogue(project), arguments)


@examples(30)
@given(made=alterations(words=WORDS, most=1), other=alterations(words=WORDS, most=1))
def test_two_files(project: Path, made: list[Alteration], other: list[Alteration]) -> None:
    """Two files do not hide each other's faults, and two tools of one name are both left out."""
    first = altered(FILE, made)
    second = altered({**FILE, "tool": {**FILE["tool"], "name": "other"}}, other)
    (project / "tried.yml").write_text(json.dumps(first), encoding="utf-8")
    (project / "tried2.yml").write_text(json.dumps(second), encoding="utf-8")
    catalogue = load_catalogue(project)
    (project / "tried2.yml").unlink()

    check(catalogue, {})
    assert len(catalogue.tools) + len({fault.path for fault in catalogue.faults}) <= 2


def check(catalogue: Catalogue, arguments: dict[str, Any]) -> None:
    """Hold that the catalogue's faults can be shown, and its endpoints be listed and called."""
    for fault in (*catalogue.faults, *catalogue.warnings):
        assert str(fault).startswith(str(fault.path))
        assert fault.message
    for lists in listings(catalogue).values():
        assert encode([entry for listing in lists.values() for _, entry in listing])
    for tool in catalogue.tools.values():
        Draft202012Validator.check_schema(tool.output_schema or {})
    for endpoint in (*catalogue.tools.values(), *catalogue.resources.values(), *catalogue.prompts.values()):
        Draft202012Validator.check_schema(endpoint.input_schema)
        check_call(endpoint, arguments)


def check_call(tool: Endpoint, arguments: dict[str, Any]) -> None:
    """Hold that the arguments bind, or that the answer says why not."""
    try:
        bound = bind(tool, arguments)
    except ArgumentsInvalid as error:
        encode(str(error))  # as the answer is
    else:
        assert bound.keys() == {parameter.name for parameter in tool.parameters}
