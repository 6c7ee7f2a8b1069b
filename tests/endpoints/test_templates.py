"""Tests of mxcp_flask.endpoints.templates."""

from __future__ import annotations

import pytest

from mxcp_flask.endpoints.templates import LONGEST, render, variables
from mxcp_flask.errors import TemplateFailed


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("Hello {{ who }}", "Hello Ada"),
        ("{{ nobody }}|", "|"),
        ("{% if times > 2 %}often{% else %}once{% endif %}", "often"),
        ("{% for i in range(times) %}{{ i }},{% endfor %}", "0,1,2,"),
        ("<{{ markup }}>\n", "<<b>>\n"),
        ("{{ '=' * times }}", "==="),
        ("{{ inner }}", "{{ who }}"),
    ],
)
def test_texts_are_filled_in(text: str, filled: str) -> None:
    """Values must stand as they are, undefined ones as nothing, and no value be a template itself."""
    values = {"who": "Ada", "times": 3, "markup": "<b>", "inner": "{{ who }}"}

    assert render(text, values) == filled


@pytest.mark.parametrize(
    "text",
    [
        "{{",
        "{% include 'x' %}",
        "{{ ''.__class__.__mro__ }}{{ ''.__class__.__mro__[1] }}",
        "{{ 1 / 0 }}",
        "{{ 'a' + 1 }}",
        "{{ 'a' * 10000000 }}",
        "{{ 9 ** 99999999 }}",
        "{% for i in range(10000000) %}a{% endfor %}",
        "{% for i in range(99999) %}aaaaaaaaaaaaaaaa{% endfor %}",
    ],
)
def test_what_fails_or_grows_beyond_bounds_is_refused(text: str) -> None:
    """A template must not reach the interpreter, nor the memory's end, and its failure must be designed."""
    with pytest.raises(TemplateFailed):
        render(text, {})


def test_a_long_text_is_allowed() -> None:
    """Up to the bound everything must go through."""
    assert len(render("{{ text }}", {"text": "x" * LONGEST})) == LONGEST


def test_variables_come_from_outside() -> None:
    """What a template defines itself must not count."""
    assert variables("{{ a }}{% for b in c %}{{ b }}{% endfor %}{% set d = 1 %}{{ d }}") == {"a", "c"}
    with pytest.raises(TemplateFailed):
        variables("{{")
