"""What the commands print: JSON for programs, and text that no value can turn into commands to the terminal."""

from __future__ import annotations

import json
import traceback
from typing import Any

import click

from mxcp_flask.errors import MxcpError


class JsonCommand(click.Command):
    """A command whose failures are JSON too when ``--json-output`` is given."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; a MxcpError is exit code 1 and, as JSON, its message (with ``--debug`` its origin too)."""
        try:
            return super().invoke(ctx)
        except MxcpError as error:
            if not ctx.params.get("json_output"):
                raise
            print_json({"status": "error", "error": str(error), **_origin(error, debug=ctx.params.get("debug", False))})
            ctx.exit(1)


class JsonGroup(click.Group):
    """A group of such commands."""

    command_class = JsonCommand


def print_result(result: Any, *, ok: bool = True, cut: int | None = None) -> None:
    """Print the JSON that programs get, ``{"status": ..., "result": ...}``; ``cut`` rows are here of more."""
    more = {} if cut is None else {"cut": {"rows": cut}}
    print_json({"status": "ok" if ok else "error", "result": result, **more})


def print_json(value: Any) -> None:
    """Print JSON in ASCII, which every terminal and pipe can carry."""
    click.echo(json.dumps(value, indent=2))


def print_value(value: Any) -> None:
    """Print a JSON value for a person: a text as it is, anything else as JSON."""
    click.echo(
        printable(value) if isinstance(value, str) else _escaped(json.dumps(value, indent=2, ensure_ascii=False))
    )


def _escaped(text: str) -> str:
    """Return JSON in which what could move the cursor, or turn the direction of writing, is escaped."""
    return "".join(each if each.isprintable() or each == "\n" else json.dumps(each)[1:-1] for each in text)


def printable(text: str) -> str:
    """Return ``text`` with line breaks and tabs, but without what could move the terminal's cursor."""
    return "".join(character if character.isprintable() or character in "\n\t" else "\ufffd" for character in text)


def warn_of_cut(rows: int) -> None:
    """Say that there are more rows than these."""
    warn(f"there are more than these {rows} rows (max_rows and max_bytes, in the duckdb section of mxcp-site.yml)")


def warn(message: str) -> None:
    """Tell the person at the terminal, and no program that reads the output."""
    click.echo(f"warning: {printable(message)}", err=True)


def _origin(error: MxcpError, *, debug: bool) -> dict[str, str]:
    if not debug:
        return {}
    return {"type": type(error).__name__, "traceback": "".join(traceback.format_tb(error.__traceback__))}
