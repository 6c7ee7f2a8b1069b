"""Every page prints text from outside through one filter, and runs, loads and styles nothing by itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import Environment, nodes

from tests.support.site import Site

#: What may be printed as it is: our own URLs, numbers and random values, which are ASCII and escaped all the same.
OWN = frozenset(
    {"style_url", "account_url", "resource", "location", "reference", "status", "csrf_token", "action", "kind"}
    | {"question.handle", "question.csrf_token", "way.name", "way.todo", "way.text", "way.note", "minutes"}
)
#: What goes back to us in a form must not be changed, and nobody reads it.
SENT_BACK = frozenset({"client"})
SAFE_FILTERS = frozenset({"shown", "day", "length"})


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    """Return the application's Jinja environment."""
    return Site(tmp_path / "site").app().jinja_env


def templates(app: Environment) -> list[str]:
    """Return the names of all pages."""
    return app.list_templates(extensions=["html"])


def name_of(node: nodes.Node) -> str:
    """Return the dotted name that ``node`` is, or an empty text."""
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        return f"{name_of(node.node)}.{node.attr}"
    return ""


def is_safe(node: nodes.Node) -> bool:
    """Tell whether ``node`` prints nothing that came from outside as it came."""
    if isinstance(node, (nodes.TemplateData, nodes.Const)):
        return True
    if isinstance(node, nodes.Filter):
        return node.name in SAFE_FILTERS
    if isinstance(node, nodes.CondExpr):
        return is_safe(node.expr1) and (node.expr2 is None or is_safe(node.expr2))
    if isinstance(node, nodes.Getitem):
        return is_safe(node.node)
    if isinstance(node, nodes.Call):  # a macro or a block of the same page, whose own parts are looked at
        return isinstance(node.node, nodes.Name)
    return name_of(node) in OWN | SENT_BACK


def unsafe(environment: Environment, source: str) -> list[str]:
    """Return the places in ``source`` that print text from outside without the filter."""
    tree = environment.parse(source)
    return [repr(node) for output in tree.find_all(nodes.Output) for node in output.nodes if not is_safe(node)]


def test_text_from_outside_goes_through_the_filter(environment: Environment) -> None:
    """No template prints a name, scope, host or account but through ``shown``; what is ours has a line in OWN."""
    assert templates(environment)
    for name in templates(environment):
        source, _, _ = environment.loader.get_source(environment, name)  # type: ignore[union-attr]

        assert unsafe(environment, source) == [], name


@pytest.mark.parametrize(
    "planted",
    [
        "{{ question.client.name }}",
        "{{ question.client.name | upper }}",
        "{{ name | shown | safe }}",
        "{% for scope, words in scopes %}{{ words }}{% endfor %}",
        "{{ 'x' if y else application.name }}",
    ],
)
def test_planted_text_is_seen(environment: Environment, planted: str) -> None:
    """Text that is printed as it came is found, wherever it stands."""
    assert unsafe(environment, planted) != []


def test_pages_have_no_script_and_no_style_of_their_own(environment: Environment) -> None:
    """Nothing inline that the policy would stop, and no link but to ourselves or to where the application waits."""
    for name in templates(environment):
        source, _, _ = environment.loader.get_source(environment, name)  # type: ignore[union-attr]

        assert not re.search(r"<script|<style|\son\w+=|\sstyle=|javascript:|<img|<iframe|@import|\| *safe", source), (
            name
        )
        assert set(re.findall(r'(?:href|src|action)="([^"]*)"', source)) <= {
            *("{{ style_url }}", "{{ account_url }}", "{{ location }}")
        }


def test_pages_have_what_a_screen_reader_needs(environment: Environment) -> None:
    """A language, one main landmark, one heading of the first level on each page."""
    base, _, _ = environment.loader.get_source(environment, "base.html")  # type: ignore[union-attr]
    for text in ('<html lang="en">', "<header>", "<main>", 'content="width=device-width, initial-scale=1"'):
        assert text in base
    for name in set(templates(environment)) - {"base.html"}:
        source, _, _ = environment.loader.get_source(environment, name)  # type: ignore[union-attr]

        assert source.count("<h1") == 1, name
        assert "{% block title %}" in source, name


def test_style_loads_nothing(app: Flask) -> None:
    """The style sheet is the only file, and asks for no other."""
    text = (Path(app.template_folder or "") / "style.css").read_text(encoding="utf-8")

    assert "url(" not in text
    assert "@import" not in text
