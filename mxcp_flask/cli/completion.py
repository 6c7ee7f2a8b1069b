"""``mxcp completion``: the script that lets a shell complete our commands, and what it may complete beside them."""

from __future__ import annotations

import os
from pathlib import Path

import click
from click.shell_completion import CompletionItem, get_completion_class

from mxcp_flask.config import find_project
from mxcp_flask.endpoints.catalogue import Catalogue, load_catalogue
from mxcp_flask.errors import MxcpError

_SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(_SHELLS))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the script that makes SHELL complete commands, options and names of endpoints.

    For bash, in ~/.bashrc: eval "$(mxcp completion bash)". For zsh the same with zsh, in ~/.zshrc. For fish:
    mxcp completion fish > ~/.config/fish/completions/mxcp.fish
    """
    made = get_completion_class(shell)
    assert made is not None  # noqa: S101 (click has all three)
    click.echo(made(ctx.find_root().command, {}, "mxcp", "_MXCP_COMPLETE").source())


def endpoint_names(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the project's endpoints of the kind that was named, else its tools; nothing when there is no project."""
    known = _known(ctx.params.get("kind") or "tool")
    return [CompletionItem(name) for name in known if name.startswith(incomplete)]


def _known(kind: str) -> list[str]:
    try:
        catalogue = _catalogue()
    except (MxcpError, OSError):
        return []
    return list({"tool": catalogue.tools, "resource": catalogue.resources, "prompt": catalogue.prompts}[kind])


def _catalogue() -> Catalogue:
    return load_catalogue(find_project(Path(os.environ.get("MXCP_PROJECT") or Path.cwd())))
