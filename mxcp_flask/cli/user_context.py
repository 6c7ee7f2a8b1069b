"""Reads ``--user-context``: who the SQL's user functions say that it runs as."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from mxcp_flask.cli.output import warn
from mxcp_flask.cli.params import read_json_file
from mxcp_flask.errors import UserContextInvalid
from mxcp_flask.records import ANONYMOUS, Identity

_TEXTS = {
    "username": "username",
    "provider": "provider",
    "email": "email",
    "external_token": "external_token",
    "token": "external_token",
    "instance_url": "instance_url",
}


def read_user(text: str | None) -> Mapping[str, Any] | None:
    """Return the JSON object that ``text`` is, or that the file behind ``@`` holds; None for None.

    Raises:
        UserContextInvalid: it is no JSON object, or a value is no text.
        FileNotReadable: the file cannot be read, or holds no JSON.

    """
    if text is None:
        return None
    context = read_json_file(text[1:]) if text.startswith("@") else _parse(text)
    make_identity(context, provider="cli")
    unread = sorted(map(str, set(context) - {*_TEXTS, "sites"}))
    if unread:
        warn(f"nothing here reads {', '.join(unread)} of the user context")
    return dict(context)


def make_identity(context: Mapping[str, Any] | None, *, provider: str) -> Identity:
    """Return who a user context describes; nobody for None. ``provider`` stands in for a missing one.

    Raises:
        UserContextInvalid: it is no object, or a value is no text.

    """
    if context is None:
        return ANONYMOUS
    if not isinstance(context, Mapping):
        raise UserContextInvalid(reason='it must be an object, such as {"username": "ada"}')
    texts: dict[str, Any] = {"provider": provider, **dict(_texts(context))}
    return Identity(**texts)


def _texts(context: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in context.items():
        if value is None:
            continue
        if key == "sites":
            yield "sites", json.dumps(value)
        elif key in _TEXTS:
            if not isinstance(value, str):
                raise UserContextInvalid(reason=f"{key} must be text")
            yield _TEXTS[key], value


def _parse(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UserContextInvalid(reason=f"it is not JSON: {error}") from error
