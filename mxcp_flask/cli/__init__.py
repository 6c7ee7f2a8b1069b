"""The command line: ``mxcp``. One file per command, one line here.

An error that we know is one line on standard error and exit code 1; wrong usage is click's exit code 2.
"""

from __future__ import annotations

import click

from mxcp_flask import __version__
from mxcp_flask.cli.auth import auth
from mxcp_flask.cli.demo import demo
from mxcp_flask.cli.init import init
from mxcp_flask.cli.lint import lint
from mxcp_flask.cli.listing import list_endpoints
from mxcp_flask.cli.query import query
from mxcp_flask.cli.run import run
from mxcp_flask.cli.serve import serve
from mxcp_flask.cli.test import test
from mxcp_flask.cli.validate import validate
from mxcp_flask.errors import MxcpError

COMMANDS = (init, serve, validate, lint, list_endpoints, run, query, test, auth, demo)


class Commands(click.Group):
    """Turns our errors into click's, whatever command raised them."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command. Raises ClickException, which click prints, for a MxcpError."""
        try:
            return super().invoke(ctx)
        except MxcpError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="mxcp")
def main() -> None:
    """Serve tools written in YAML and SQL to MCP clients, to people who signed in."""


for command in COMMANDS:
    main.add_command(command)
