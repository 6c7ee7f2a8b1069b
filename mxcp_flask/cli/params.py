"""Reads ``--param``: names with texts, or with JSON from files."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from mxcp_flask.errors import FileNotReadable


def read_params(given: Iterable[str]) -> dict[str, Any]:
    """Return the parameters by name: ``NAME=VALUE`` is text, ``NAME=@FILE`` the JSON in a file.

    Raises:
        BadParameter: one has no name or no ``=``, or a name is given twice.
        FileNotReadable: a file cannot be read, or holds no JSON.

    """
    params: dict[str, Any] = {}
    for each in given:
        name, equals, text = each.partition("=")
        if not name or not equals:
            raise click.BadParameter(f"'{each}' is not NAME=VALUE, such as -p limit=5", param_hint="--param")
        if name in params:
            raise click.BadParameter(f"{name} is given twice", param_hint="--param")
        params[name] = read_json_file(text[1:]) if text.startswith("@") else text
    return params


def read_json_file(name: str) -> Any:
    """Return the JSON value in a file. Raises FileNotReadable."""
    path = Path(name)
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise FileNotReadable(path=path, reason=error.strerror or str(error)) from error
    except (ValueError, RecursionError) as error:
        raise FileNotReadable(path=path, reason=f"it is not JSON: {error}") from error
