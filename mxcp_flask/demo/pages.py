"""The stand-in's two pages. They work without script and load nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask import Response, make_response, render_template_string

from mxcp_flask.demo.people import Person

_HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ title }}</title>
<style>body { font: 1rem/1.5 sans-serif; max-width: 32rem; margin: 3rem auto; padding: 0 1rem }</style>
</head>
<body>
<main>
<h1>{{ title }}</h1>
"""

_FOOT = """
</main>
</body>
</html>
"""

_SIGN_IN = (
    _HEAD
    + """<p>This stands in for {{ provider }} on this machine. Nobody here is real, and no password is needed.</p>
<p>The application <strong>{{ client_id }}</strong> asks for:
{% if scopes %}<strong>{{ scopes | join(", ") }}</strong>{% else %}public information only{% endif %}.</p>
<form method="post" action="{{ action }}">
{% for name, value in parameters.items() %}<input type="hidden" name="{{ name }}" value="{{ value }}">
{% endfor %}<fieldset>
<legend>Sign in as</legend>
{% for person in people %}<p><label><input type="radio" name="login" value="{{ person.login }}" required
{%- if person.login == chosen %} checked{% endif %}> {{ person.name or person.login }} ({{ person.login }})</label></p>
{% endfor %}</fieldset>
<p><button name="decision" value="approve">Authorize</button>
<button name="decision" value="deny" formnovalidate>Cancel</button></p>
</form>"""
    + _FOOT
)

_ERROR = _HEAD + "<p>{{ message }}</p>" + _FOOT


def show_sign_in(
    *,
    provider: str,
    action: str,
    client_id: str,
    scopes: Iterable[str],
    parameters: Mapping[str, str],
    people: Iterable[Person],
    chosen: str | None,
) -> Response:
    """Return the page that asks who signs in; its form repeats ``parameters`` and adds ``login`` and ``decision``."""
    page = render_template_string(
        _SIGN_IN,
        title="Stand-in sign-in",
        provider=provider,
        action=action,
        client_id=client_id,
        scopes=sorted(scopes),
        parameters=parameters,
        people=people,
        chosen=chosen,
    )
    return make_response(page)


def show_error(status: int, title: str, message: str) -> Response:
    """Return an error page with the HTTP ``status``."""
    return make_response(render_template_string(_ERROR, title=title, message=message), status)
