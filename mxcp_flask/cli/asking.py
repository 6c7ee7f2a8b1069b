"""Answers what a tool asks before it runs: from ``--answer``, else from the person at the terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any

import click

from mxcp_flask.cli.output import printable
from mxcp_flask.errors import QuestionUnanswerable, QuestionUnanswered

Json = dict[str, Any]
_TYPES: Mapping[str, click.ParamType[Any]] = {"integer": click.INT, "number": click.FLOAT, "boolean": click.BOOL}


def answer(url: str, tool: str, asked: Mapping[str, Any], given: dict[str, Any]) -> Json:
    """Return the responses to ``asked``, requests of MCP by name. What is taken from ``given`` is removed from it.

    Raises:
        QuestionUnanswerable: one is no form.
        QuestionUnanswered: one has no answer, and there is no terminal.

    """
    forms = {name: each["params"] for name, each in asked.items() if each.get("method") == "elicitation/create"}
    if len(forms) < len(asked):
        kinds = ", ".join(str(each.get("method")) for name, each in asked.items() if name not in forms)
        raise QuestionUnanswerable(url=url, name=tool, kinds=kinds)
    open_ones = {name: form for name, form in forms.items() if name not in given}
    if open_ones and not sys.stdin.isatty():
        questions = "; ".join(f"{name}: {printable(str(form.get('message', '')))}" for name, form in open_ones.items())
        raise QuestionUnanswered(url=url, name=tool, questions=questions.rstrip("."), example=next(iter(open_ones)))
    return {name: _accepted(given.pop(name)) if name in given else _asked(url, form) for name, form in forms.items()}


def _accepted(value: Any) -> Json:
    try:
        content = json.loads(value) if isinstance(value, str) else value
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise click.BadParameter("an answer is a JSON object with the form's fields", param_hint="--answer")
    return {"action": "accept", "content": content}


def _asked(url: str, form: Mapping[str, Any]) -> Json:
    click.echo(f"{url} asks: {printable(str(form.get('message', '')))}", err=True)
    schema = form.get("requestedSchema", {})
    fields: Mapping[str, Any] = schema.get("properties", {})
    if not fields:
        return {"action": "accept", "content": {}} if click.confirm("Agree?", err=True) else {"action": "decline"}
    values = {name: _field(name, field, name in schema.get("required", ())) for name, field in fields.items()}
    return {"action": "accept", "content": {name: value for name, value in values.items() if value is not None}}


def _field(name: str, field: Mapping[str, Any], required: bool) -> Any:
    title = str(field.get("title") or name)
    about = f" ({field['description']})" if field.get("description") else ""
    text = printable(f"  {title}{about}{'' if required else ', may be empty'}")
    many = field.get("type") == "array"
    default = field.get("default", None if required else "")
    default = ", ".join(map(str, default)) if many and isinstance(default, list) else default
    choices = _choices(field.get("items", {}) if many else field)
    while True:
        given = click.prompt(_with_choices(text, choices, many), default=default, show_default=default != "", err=True)
        if given == "" and not required:
            return None
        try:
            return _value(given, field, choices, many)
        except click.BadParameter as error:
            click.echo(f"  {error.message}", err=True)


def _value(given: Any, field: Mapping[str, Any], choices: Mapping[str, str], many: bool) -> Any:
    if many:
        return [_chosen(part.strip(), choices) for part in str(given).split(",") if part.strip()]
    if choices:
        return _chosen(given, choices)
    kind = _TYPES.get(str(field.get("type")))
    return kind.convert(given, None, None) if kind else given


def _chosen(given: str, choices: Mapping[str, str]) -> str:
    if given in choices:
        return given
    named = [value for value, title in choices.items() if title == given]
    if not named:
        raise click.BadParameter(f"'{given}' is none of these")
    return named[0]


def _choices(field: Mapping[str, Any]) -> dict[str, str]:
    """Return titles by value."""
    if "enum" in field:
        return dict(zip(field["enum"], field.get("enumNames") or field["enum"], strict=False))
    return {each["const"]: each["title"] for each in field.get("oneOf") or field.get("anyOf") or ()}


def _with_choices(text: str, choices: Mapping[str, str], many: bool) -> str:
    if not choices:
        return text
    shown = ", ".join(value if value == title else f"{value}: {title}" for value, title in choices.items())
    return f"{text} [{printable(shown)}]{', several with commas' if many else ''}"
