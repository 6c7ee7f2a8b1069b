"""Click's commands become sections: their usage, what they do, and a table of their options."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import click

_HEAD = "| option | default | |\n|---|---|---|\n"


def commands(group: click.Group, path: str = "mxcp") -> Iterator[tuple[str, click.Command]]:
    """Yield each command below ``group`` with all of its name."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


def sections(group: click.Group) -> Iterator[str]:
    """Yield a section for each command."""
    for name, command in commands(group):
        yield "\n\n".join([f"## {name}", f"`{_usage(name, command)}`", _help(command), *_options(command)])


def _usage(name: str, command: click.Command) -> str:
    return " ".join([name, *command.collect_usage_pieces(click.Context(command))])


def _help(command: click.Command) -> str:
    paragraphs = (command.help or "").split("\n\n")
    return "\n\n".join(_escaped(" ".join(paragraph.replace("\b", "").split())) for paragraph in paragraphs)


def _options(command: click.Command) -> Iterator[str]:
    rows = [_row(each) for each in command.params if isinstance(each, click.Option) and not each.hidden]
    if rows:
        yield _HEAD + "\n".join(rows)


def _row(option: click.Option) -> str:
    names = ", ".join(f"`{name}`" for name in [*option.opts, *option.secondary_opts])
    takes = "" if option.is_flag else f" {_escaped(option.make_metavar(click.Context(click.Command('x'))))}"
    variable = f" Also `{option.envvar}`." if option.envvar else ""
    return f"| {names}{takes} | {_default(option)} | {_escaped(option.help or '')}{variable} |"


def _default(option: click.Option) -> str:
    if option.required:
        return "required"
    default: Any = option.to_info_dict()["default"]
    return f"`{default}`" if isinstance(default, (int, str)) and not isinstance(default, bool) else ""


def _escaped(text: str) -> str:
    """Return text in which Markdown finds no table cells and no HTML."""
    return re.sub(r"([|<>*])", r"\\\1", text)
