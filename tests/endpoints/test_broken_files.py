"""Tests of the faults of endpoint files: file, line, place and fix, the SQL's included.

``test_file_schemas`` has those of a tool's keys, ``test_definition_schema`` those of types.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from mxcp_flask.endpoints.catalogue import load_catalogue
from mxcp_flask.engine import inspect_sql

TOOL = "mxcp: 1\ntool:\n  name: t\n  parameters: [{name: a, type: integer}]\n  source: {code: SELECT $a}\n"
RESOURCE = (
    "mxcp: 1\nresource:\n  uri: shop://o/{id}\n  parameters: [{name: id, type: string}]\n  source: {code: SELECT $id}\n"
)
STATIC = "mxcp: 1\nresource:\n  uri: shop://about\n  source: {code: SELECT 1}\n"
PROMPT = (
    "mxcp: 1\nprompt:\n  name: p\n  parameters: [{name: who, type: string}]\n  messages:\n    - prompt: Hi {{ who }}\n"
)
ASK = "  input_requests:\n    - name: sure\n"
FORM = ASK + "      elicitation:\n        message: Really?\n"


@dataclass(frozen=True)
class Broken:
    """A file with one fault."""

    text: str
    line: int
    where: str
    fix: str  # a part of the message


def tool(old: str, new: str, line: int, where: str, fix: str) -> Broken:
    """Return the tool's file with a part replaced."""
    assert old in TOOL
    return Broken(TOOL.replace(old, new), line, where, fix)


def resource(old: str, new: str, line: int, where: str, fix: str) -> Broken:
    """Return the resource's file with a part replaced."""
    assert old in RESOURCE
    return Broken(RESOURCE.replace(old, new), line, where, fix)


def message(text: str, where: str, fix: str) -> Broken:
    """Return the prompt's file with a second message."""
    return Broken(f"{PROMPT}    - {text}\n", 7, f"prompt.messages.1{where}", fix)


def form(properties: str, where: str, fix: str, line: int = 10) -> Broken:
    """Return the tool's file with a form of these properties."""
    return Broken(TOOL + FORM + f"        {properties}\n", line, f"tool.input_requests.0.elicitation{where}", fix)


FILES: dict[str, Broken] = {
    # SQL
    "sql_unused": tool("$a", "1", 4, "tool.parameters.0.name", "write $a there, or remove the parameter"),
    "sql_undeclared": tool("$a", "$a + $b", 5, "tool.source.code", "uses $b, not declared; add it under parameters"),
    "sql_syntax": tool("SELECT $a", "SELEC $a", 5, "tool.source.code", "(line 1 of the SQL)"),
    "sql_file_syntax": tool("code: SELECT $a", "file: bad.sql", 5, "tool.source.file", "is not valid SQL"),
    "sql_file_undeclared": tool("code: SELECT $a", "file: more.sql", 5, "tool.source.file", "uses $more, not declared"),
    "sql_file_missing": tool("code: SELECT $a", "file: none.sql", 5, "tool.source.file", "No such file"),
    "sql_file_outside": tool("code: SELECT $a", "file: ../x.sql", 5, "tool.source.file", "outside the project"),
    "sql_of_resource": resource("$id", "$id + $x", 5, "resource.source.code", "uses $x, not declared"),
    "sql_of_resource_unused": resource("$id", "1", 4, "resource.parameters.0.name", "write $id there"),
    "steps": Broken(
        TOOL + "  steps: [One, Two]\n", 6, "tool.steps", "one text for each statement of the SQL: 1, not 2"
    ),
    "completion_syntax": Broken(
        PROMPT.replace("type: string", "type: string, completion: SELEC"),
        4,
        "prompt.parameters.0.completion",
        "is not valid SQL",
    ),
    "completion_undeclared": Broken(
        PROMPT.replace("type: string", "type: string, completion: SELECT $v"),
        4,
        "prompt.parameters.0.completion",
        "uses $v, which a completion does not have (it has: value, who)",
    ),
    # what a tool may not be
    "python": Broken(TOOL + "  language: python\n", 6, "tool.language", "write the endpoint in SQL"),
    "python_source": tool("{code:", "{language: python, code:", 5, "tool.source.language", "write the endpoint in SQL"),
    "other_language": Broken(TOOL + "  language: perl\n", 6, "tool.language", 'must be sql (got "perl")'),
    "policies": Broken(TOOL + "  policies: {input: []}\n", 6, "tool.policies", "protect it by required_scopes"),
    "policies_of_prompt": Broken(PROMPT + "  policies: {}\n", 7, "prompt.policies", "not supported by this version"),
    "type": tool("integer", "int", 4, "tool.parameters.0.type", "must be one of string, number, integer, boolean"),
    "content_and_return": Broken(
        TOOL + "  content: true\n  return: {type: string}\n", 6, "tool.content", "remove one of the two"
    ),
    "content": Broken(TOOL + '  content: "yes"\n', 6, "tool.content", "must be true or false"),
    "capability": Broken(
        TOOL + "  required_capabilities: [tools]\n",
        6,
        "tool.required_capabilities.0",
        "must be one of sampling, elicitation, roots",
    ),
    "test_without_name": Broken(TOOL + "  tests: [{arguments: []}]\n", 6, "tool.tests.0.name", "is missing"),
    "test_argument": Broken(
        TOOL + "  tests: [{name: x, arguments: [{key: a}]}]\n", 6, "tool.tests.0.arguments.0.value", "is missing"
    ),
    "test_length": Broken(
        TOOL + "  tests: [{name: x, result_length: -1}]\n", 6, "tool.tests.0.result_length", "must be at least 0"
    ),
    # resources
    "uri_missing": resource("  uri: shop://o/{id}\n", "", 2, "resource.uri", "is missing"),
    "uri_scheme": resource("shop://o", "shop/o", 3, "resource.uri", "must begin with a scheme"),
    "uri_empty": resource("shop://o/{id}", "shop://", 3, "resource.uri", "must begin with a scheme"),
    "uri_brace": resource("{id}", "{id", 3, "resource.uri", "has a brace that belongs to no variable"),
    "uri_expression": resource("{id}", "{+id}", 3, "resource.uri", "has a brace that belongs to no variable"),
    "uri_number": resource("{id}", "{1}", 3, "resource.uri", "has a brace that belongs to no variable"),
    "uri_side_by_side": resource("{id}", "{id}{id}", 3, "resource.uri", "write a slash or another character"),
    "uri_space": resource("shop://o", "shop://o o", 3, "resource.uri", "may not hold ' '; percent-encode it"),
    "uri_undeclared": resource("{id}", "{id}/{no}", 3, "resource.uri", "uses {no}, not declared; add it under"),
    "uri_unused": resource("o/{id}", "o", 4, "resource.parameters.0.name", "write {id} in uri, or remove"),
    "static_with_parameters": Broken(
        STATIC.replace("SELECT 1", "SELECT $x") + "  parameters: [{name: x, type: string, default: a}]\n",
        5,
        "resource.parameters.0.name",
        "is not used in the URI, so nothing can give it a value",
    ),
    "mime_type": Broken(STATIC + "  mime_type: text\n", 5, "resource.mime_type", "a MIME type such as text/plain"),
    "resource_source": Broken("mxcp: 1\nresource:\n  uri: a://b\n", 2, "resource.source", "is missing"),
    # prompts
    "no_messages": Broken("mxcp: 1\nprompt: {name: p}\n", 2, "prompt.messages", "is missing"),
    "empty_messages": Broken(
        "mxcp: 1\nprompt: {name: p, messages: []}\n", 2, "prompt.messages", "at least one message"
    ),
    "prompt_name": Broken("mxcp: 1\nprompt: {name: ' ', messages: [{prompt: a}]}\n", 2, "prompt.name", "hold a name"),
    "variable": message("prompt: Bye {{ whom }}", ".prompt", "undefined template variables: whom; add them under"),
    "variable_in_uri": message(
        '{type: resource, uri: "a://{{ x }}", prompt: a}', ".uri", "undefined template variables: x"
    ),
    "template": message("prompt: '{{ who'", ".prompt", "is not a Jinja template"),
    "role": message("{role: tool, prompt: a}", ".role", "must be one of user, assistant, system"),
    "message_type": message("{type: video, prompt: a}", ".type", "must be one of text, image, audio"),
    "message_without_text": message("{role: user}", ".prompt", "is missing; a message of type text needs it"),
    "image_without_file": message("{type: image}", ".file", "is missing; a message of type image needs it"),
    "image_file": message("{type: image, file: none.png}", ".file", "No such file"),
    "image_mime_type": message("{type: image, file: more.sql}", ".mime_type", "must be given, such as image/png"),
    "resource_message": message("{type: resource, uri: 'a://b'}", "", "needs exactly one of prompt (text) and file"),
    "link": message("{type: resource_link, uri: 'a://b'}", ".name", "is missing; a message of type resource_link"),
    # input requests
    "request_kind": Broken(TOOL + ASK, 7, "tool.input_requests.0", "exactly one of elicitation, sampling and roots"),
    "request_kinds": Broken(
        TOOL + FORM + "      roots: true\n",
        7,
        "tool.input_requests.0",
        "needs exactly one of elicitation, sampling and roots",
    ),
    "request_name": Broken(
        (TOOL + FORM).replace("sure", "A"), 7, "tool.input_requests.0.name", "names must differ in more than case"
    ),
    "request_round": Broken(TOOL + FORM + "      round: 0\n", 10, "tool.input_requests.0.round", "must be at least 1"),
    "request_variable": Broken(
        (TOOL + FORM).replace("Really", "Really {{ b }}"),
        9,
        "tool.input_requests.0.elicitation.message",
        "undefined template variables: b; add them under parameters (declared: a)",
    ),
    "request_own_answer": Broken(
        (TOOL + FORM).replace("Really", "Really {{ sure }}"),
        9,
        "tool.input_requests.0.elicitation.message",
        "undefined template variables: sure",
    ),
    "roots_false": Broken(TOOL + ASK + "      roots: false\n", 8, "tool.input_requests.0.roots", "must be true"),
    "sampling_twice": Broken(
        TOOL + ASK + "      sampling: {prompt: a, messages: [{content: b}]}\n",
        8,
        "tool.input_requests.0.sampling",
        "needs exactly one of prompt and messages",
    ),
    "form_nested": form("properties: {a: {type: object}}", ".properties.a.type", "must be one of string, number"),
    "form_format": form("properties: {a: {type: string, format: time}}", ".properties.a.format", "date-time"),
    "form_constraint": form("properties: {a: {type: boolean, minimum: 1}}", ".properties.a.minimum", "type boolean"),
    "form_list": form("properties: {a: {type: array}}", ".properties.a.items", "choose from a list of choices"),
    "form_required": form("required: [b]", ".required.0", 'is none of the properties (none) (got "b")'),
}


def faults(folder: Path, text: str) -> list[tuple[int | None, str, str]]:
    """Return what is wrong with a file, as line, place and message."""
    (folder / "tried.yml").write_text(text, encoding="utf-8")
    (folder / "bad.sql").write_text("SELEC $a", encoding="utf-8")
    (folder / "more.sql").write_text("SELECT $a, $more", encoding="utf-8")
    catalogue = load_catalogue(folder, inspect_sql=inspect_sql)
    assert {fault.path for fault in catalogue.faults} <= {folder / "tried.yml"}
    assert bool(catalogue.faults) != bool({**catalogue.tools, **catalogue.resources, **catalogue.prompts})
    return [(fault.line, fault.where, fault.message) for fault in catalogue.faults]


@pytest.mark.parametrize("text", [TOOL, RESOURCE, STATIC, PROMPT, TOOL + FORM, TOOL + ASK + "      roots: true\n"])
def test_files_without_fault(tmp_path: Path, text: str) -> None:
    """The files that the broken ones are made from have no fault."""
    assert faults(tmp_path, text) == []


@pytest.mark.parametrize("name", FILES)
def test_broken_file(tmp_path: Path, name: str) -> None:
    """A broken file has exactly one fault, which names the line, the place and the fix, and is not served."""
    broken = FILES[name]

    [(line, where, told)] = faults(tmp_path, broken.text)

    assert (line, where) == (broken.line, broken.where)
    assert broken.fix in told


def test_case_of_names_in_sql(tmp_path: Path) -> None:
    """DuckDB does not mind the case of a parameter's name, so it is no fault."""
    assert faults(tmp_path, TOOL.replace("$a", "$A")) == []


def test_answers_are_declared_names(tmp_path: Path) -> None:
    """The SQL may use the answers of input requests, and need not."""
    assert faults(tmp_path, TOOL.replace("$a", "$a, $sure") + FORM) == []
    assert faults(tmp_path, TOOL + FORM) == []


def test_answers_of_earlier_rounds_are_known(tmp_path: Path) -> None:
    """A request of a later round may use what was answered before, and a prompt's messages may use all answers."""
    second = "    - {name: why, round: 2, sampling: {prompt: 'Why {{ sure.reason }}, {{ a }}?'}}\n"
    assert faults(tmp_path, TOOL + FORM + second) == []
    assert faults(tmp_path, PROMPT.replace("{{ who }}", "{{ who }} {{ sure.x }}") + FORM) == []
