"""Tests of mxcp_flask.mcp.tool_forms."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from mxcp_flask.mcp.bounds import Bounded, Cut, text_of
from mxcp_flask.mcp.revisions import REVISIONS
from mxcp_flask.mcp.tool_forms import completed, entry, failed
from tests.mcp.fakes import CATALOGUE, tool

INTEGER = {"type": "integer"}
OBJECT = {"type": "object"}
WRAPPED_INTEGER = {"type": "object", "properties": {"result": INTEGER}, "required": ["result"]}
ABSENT = object()


def whole(value: Any) -> Bounded:
    """Return a value that fits."""
    return Bounded(value, text_of(value))


@pytest.mark.parametrize(
    ("version", "schema", "published"),
    [
        ("2025-03-26", OBJECT, ABSENT),
        ("2025-06-18", OBJECT, OBJECT),
        ("2025-06-18", INTEGER, WRAPPED_INTEGER),
        ("2025-11-25", INTEGER, WRAPPED_INTEGER),
        ("2025-11-25", None, ABSENT),
        ("2026-07-28", INTEGER, INTEGER),
        ("2026-07-28", OBJECT, OBJECT),
        ("2026-07-28", None, ABSENT),
    ],
)
def test_output_schemas_take_the_form_of_the_revision(version: str, schema: Any, published: Any) -> None:
    """A schema of anything but an object must be wrapped for the revisions that know only objects."""
    assert entry(tool("t", output_schema=schema), REVISIONS[version]).get("outputSchema", ABSENT) == published


@pytest.mark.parametrize(
    ("version", "schema", "value", "structured"),
    [
        ("2024-11-05", None, [1], ABSENT),
        ("2025-03-26", OBJECT, {"a": 1}, ABSENT),
        ("2025-06-18", None, [{"a": 1}], {"result": [{"a": 1}]}),
        ("2025-06-18", OBJECT, {"a": 1}, {"a": 1}),
        ("2025-11-25", INTEGER, 3, {"result": 3}),
        ("2025-11-25", INTEGER, None, {"result": None}),
        ("2025-11-25", {}, {"a": 1}, {"result": {"a": 1}}),
        ("2026-07-28", None, [{"a": 1}], [{"a": 1}]),
        ("2026-07-28", INTEGER, 3, 3),
        ("2026-07-28", INTEGER, None, None),
    ],
)
def test_structured_content_takes_the_form_of_the_revision(
    version: str, schema: Any, value: Any, structured: Any
) -> None:
    """A value must be wrapped exactly where its schema is."""
    form = completed(tool("t", output_schema=schema), whole(value), REVISIONS[version])

    assert form.get("structuredContent", ABSENT) == structured


@pytest.mark.parametrize("version", REVISIONS)
@pytest.mark.parametrize(("schema", "value"), [(INTEGER, 3), (OBJECT, {"a": 1}), ({"type": "array"}, [1]), ({}, {})])
def test_structured_content_conforms_to_the_published_schema(version: str, schema: Any, value: Any) -> None:
    """What a client validates must be valid in every revision."""
    subject = tool("t", output_schema=schema)
    published = entry(subject, REVISIONS[version]).get("outputSchema", {})

    Draft202012Validator.check_schema(published)
    form = completed(subject, whole(value), REVISIONS[version])
    Draft202012Validator(published).validate(form.get("structuredContent", {}))


@pytest.mark.parametrize(
    ("value", "text"),
    [("plain, é", "plain, é"), ("3", "3"), (3, "3"), (None, "null"), ([{"a": "é"}], '[{"a":"é"}]'), ({}, "{}")],
)
def test_text_content_is_the_value_as_json_except_for_strings(value: Any, text: str) -> None:
    """One text block must hold the whole value, and a string must not gain quotes."""
    form = completed(tool("t"), whole(value), REVISIONS["2026-07-28"])

    assert form["content"] == [{"type": "text", "text": text}]
    assert form["isError"] is False


@pytest.mark.parametrize("version", REVISIONS)
def test_a_cut_list_says_so_twice(version: str) -> None:
    """The model must read it in a text of its own, and a program find it in the metadata."""
    form = completed(tool("t"), Bounded([1], "[1]", Cut(1, "max_bytes")), REVISIONS[version])

    assert form["content"][0] == {"type": "text", "text": "[1]"}
    assert "first 1 rows" in form["content"][1]["text"]
    assert form["_meta"] == {"mxcp/cut": {"rows": 1, "limit": "max_bytes"}}


def test_a_failed_call_says_why() -> None:
    """The model must get the text, and nothing that would have to fit an output schema."""
    assert failed("no") == {"content": [{"type": "text", "text": "no"}], "isError": True}


@pytest.mark.parametrize(
    ("version", "title"), [("2025-03-26", None), ("2025-06-18", "Newest order"), ("2026-07-28", "Newest order")]
)
def test_annotations_and_title_are_listed(version: str, title: str | None) -> None:
    """The title must stand beside the annotations where the revision has a place for it."""
    form = entry(CATALOGUE.tools["newest_order"], REVISIONS[version])

    assert form["annotations"] == {"title": "Newest order", "readOnlyHint": True}
    assert form.get("title") == title


def test_the_title_of_the_file_goes_before_that_of_the_annotations() -> None:
    """Of two titles, the one that is there for people must be shown."""
    form = entry(tool("t", title="Ours", annotations={"title": "Theirs"}), REVISIONS["2026-07-28"])

    assert form["title"] == "Ours"


def test_a_bare_tool_has_only_what_is_required() -> None:
    """Members without a value must be left out, but for the description, which clients look for."""
    form = entry(tool("bare", input_schema={"type": "object"}), REVISIONS["2026-07-28"])

    assert json.loads(json.dumps(form)) == {"name": "bare", "description": "", "inputSchema": {"type": "object"}}
